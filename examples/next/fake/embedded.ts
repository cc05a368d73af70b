export const embeddedStreams = (o: unknown) => o as any;
