import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BodyFault } from './break-body.js';
import { faultPlayer } from './fault-player.js';
import type { Fault, FaultScript, SeenRequest } from './fault.js';
import { forwardRequest } from './forward-request.js';
import { LoopbackServer } from './loopback-server.js';
import { Passage } from './passage.js';
import { realSleep } from './real-sleep.js';

/** How long a proxy lets a response last, and how it ends it then. */
export interface ResponseLifetime {
  readonly ms: number;
  /** `end`: a clean EOF, as nginx does; `cut`: a reset. Default `end`. */
  readonly how?: 'end' | 'cut';
}

export interface CuttingProxyOptions {
  /** Origin (and base path) of the server behind it; `http` only. */
  readonly target: string;
  /** Default: everything passes. */
  readonly script?: FaultScript;
  /** Default: no limit. */
  readonly lifetime?: ResponseLifetime;
}

/** A real HTTP proxy on loopback whose connections break by script. */
export interface CuttingProxy extends AsyncDisposable {
  /** `http://127.0.0.1:{port}` */
  readonly url: string;
  /** May be changed at any time, for the requests that come after. */
  target: string;
  /** May be changed at any time, for the requests that come after. */
  script: FaultScript;
  /** May be changed at any time, for the responses that come after. */
  lifetime: ResponseLifetime | undefined;
  /** Every request so far, in order. */
  readonly requests: readonly SeenRequest[];
  /** TCP connections of clients: ever opened, and open now. */
  readonly connections: { readonly opened: number; readonly open: number };
  /**
   * Breaks every response that is under way, and returns how many there were.
   * `cut` (the default) also resets the idle connections.
   */
  breakAll(how?: 'cut' | 'end' | 'stall'): number;
  /** Resets all connections and refuses new ones until {@link up}. */
  down(): Promise<void>;
  /** Listens again on the same port. */
  up(): Promise<void>;
  /** Resets all connections and gives the port back. Never hangs. */
  close(): Promise<void>;
}

/**
 * Starts a proxy before a real server, to prove a chat against real sockets:
 * resets, clean ends, half-open connections, gateways with a time limit.
 * Headers and bytes are passed on as they come, unbuffered. Where the server
 * cannot be reached, the proxy answers 502.
 *
 * @example
 * await using proxy = await cuttingProxy({
 *   target: 'http://127.0.0.1:3000',
 *   script: [{ kind: 'cut', afterFrames: 3 }],
 * })
 * const transport = new DurableTransport({ api: `${proxy.url}/api/chat` })
 */
export async function cuttingProxy(
  options: CuttingProxyOptions,
): Promise<CuttingProxy> {
  const proxy = new ScriptedProxy(options);
  await proxy.up();
  return proxy;
}

class ScriptedProxy implements CuttingProxy {
  target: string;
  lifetime: ResponseLifetime | undefined;
  readonly requests: SeenRequest[] = [];
  readonly #passages = new Set<Passage>();
  readonly #server = new LoopbackServer((request, response) =>
    this.#receive({ request, response }),
  );
  #script: FaultScript = [];
  #play = faultPlayer([]);

  constructor({ target, script = [], lifetime }: CuttingProxyOptions) {
    this.target = target;
    this.lifetime = lifetime;
    this.script = script;
  }

  get url(): string {
    return this.#server.url;
  }

  get connections(): CuttingProxy['connections'] {
    return this.#server.connections;
  }

  get script(): FaultScript {
    return this.#script;
  }

  set script(script: FaultScript) {
    this.#script = script;
    this.#play = faultPlayer(script);
  }

  breakAll(how: BodyFault['kind'] = 'cut'): number {
    const { size } = this.#passages;
    for (const passage of this.#passages) passage.break(how);
    if (how === 'cut') this.#server.resetAll();
    return size;
  }

  up(): Promise<void> {
    return this.#server.up();
  }

  down(): Promise<void> {
    return this.#server.down();
  }

  close(): Promise<void> {
    return this.down();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #receive(exchange: Exchange): void {
    const { request } = exchange;
    const asked = {
      method: request.method ?? 'GET',
      url: `${this.url}${request.url ?? '/'}`,
      headers: plainHeaders(request),
      index: this.requests.length,
    };
    const fault = this.#play(asked) ?? { kind: 'pass' };
    this.requests.push({ ...asked, fault });
    this.#perform(fault, exchange);
  }

  #perform(fault: Fault, { request, response }: Exchange): void {
    // The caller may have gone away in a delay.
    if (response.destroyed) return;
    switch (fault.kind) {
      case 'network-error':
        response.socket?.resetAndDestroy();
        break;
      case 'status':
        request.resume();
        response.writeHead(fault.status, fault.headers).end(fault.body);
        break;
      case 'delay':
        void realSleep(fault.ms).then(() =>
          this.#perform(fault.next ?? { kind: 'pass' }, { request, response }),
        );
        break;
      case 'lose-response':
        this.#swallow({ request, response });
        break;
      case 'pass':
        this.#pass({ request, response });
        break;
      case 'cut':
      case 'end':
      case 'stall':
        this.#pass({ request, response }, fault);
    }
  }

  #swallow({ request, response }: Exchange): void {
    const reset = (): void => {
      response.socket?.resetAndDestroy();
    };
    forwardRequest(request, response, new URL(this.target))
      .once('response', reset)
      .on('error', reset);
  }

  #pass({ request, response }: Exchange, fault?: BodyFault): void {
    const upstream = forwardRequest(request, response, new URL(this.target));
    const passage = new Passage(upstream, response, fault);
    this.#passages.add(passage);
    const { ms, how = 'end' } = this.lifetime ?? {};
    const timer =
      ms === undefined ? undefined : setTimeout(() => passage.break(how), ms);
    response.on('close', () => {
      clearTimeout(timer);
      this.#passages.delete(passage);
    });
  }
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

function plainHeaders(request: IncomingMessage): Record<string, string> {
  return Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      String(value),
    ]),
  );
}
