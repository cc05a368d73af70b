const { env } = process;

/** The pause between two words of the scripted models. */
export const delayMs = Number(env['DEMO_DELAY_MS'] ?? 70);

/** How long a silent answer counts as alive. */
export const leaseMs = Number(env['DEMO_LEASE_MS'] ?? 15_000);

/** How long somebody counts as present without a sign of life. */
export const presenceMs = Number(env['DEMO_PRESENCE_MS'] ?? 30_000);

export const streamsUrl = env['DURABLE_STREAMS_URL'];
export const streamsDir = env['DEMO_STREAMS_DIR'] ?? '.data/streams';
export const port = env['PORT'] === undefined ? undefined : Number(env['PORT']);
