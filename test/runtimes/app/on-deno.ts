/** The app on Deno: `Deno.serve`. */
import { chatApp } from './chat-app.js';

declare const Deno: {
  readonly env: { get(name: string): string | undefined };
  serve(
    options: {
      readonly hostname: string;
      readonly port: number;
      readonly onListen: (address: { readonly port: number }) => void;
    },
    handler: (request: Request) => Promise<Response>,
  ): unknown;
};

const settings = {
  streamsUrl: Deno.env.get('STREAMS_URL') ?? '',
  directorUrl: Deno.env.get('DIRECTOR_URL') ?? '',
};
const onListen = ({ port }: { readonly port: number }): void => {
  console.log(`listening on http://127.0.0.1:${port}`);
};
Deno.serve({ hostname: '127.0.0.1', port: 0, onListen }, chatApp(settings));
