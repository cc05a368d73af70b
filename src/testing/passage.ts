import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import type { BodyFault } from './break-body.js';
import { breakMeter, type BreakMeter } from './break-meter.js';
import { responseHeaders } from './forward-request.js';

/**
 * One answer on its way through the proxy: from the first byte of the request
 * to the last of the response, or to where it breaks.
 */
export class Passage {
  readonly #upstream: ClientRequest;
  readonly #response: ServerResponse;
  readonly #fault: BodyFault | undefined;
  readonly #meter: BreakMeter | undefined;
  #answer: IncomingMessage | undefined;
  #hasLength = false;
  #isBroken = false;

  constructor(
    upstream: ClientRequest,
    response: ServerResponse,
    fault?: BodyFault,
  ) {
    this.#upstream = upstream;
    this.#response = response;
    this.#fault = fault;
    this.#meter = fault && breakMeter(fault);
    upstream.on('response', (answer) => this.#begin(answer));
    upstream.on('error', () => this.#fail());
    response.on('drain', () => this.#isBroken || this.#answer?.resume());
  }

  /** `stall` keeps both sides open and lets nothing more through. */
  break(kind: BodyFault['kind']): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#answer?.pause();
    if (kind === 'stall') return;
    this.#upstream.destroy();
    if (kind === 'cut') {
      this.#response.socket?.resetAndDestroy();
      return;
    }
    // Where a length was promised, only the socket can still end.
    const canEnd = this.#response.headersSent && !this.#hasLength;
    if (canEnd) this.#response.end();
    else this.#response.socket?.end();
  }

  #begin(answer: IncomingMessage): void {
    this.#answer = answer;
    if (this.#isBroken) return void answer.pause();
    const isUnmeasured = this.#fault?.kind === 'end';
    const headers = responseHeaders(answer, isUnmeasured);
    this.#hasLength = !isUnmeasured && 'content-length' in answer.headers;
    this.#response.writeHead(answer.statusCode ?? 502, headers);
    this.#response.flushHeaders();
    answer.on('data', (bytes: Uint8Array) => this.#pass(bytes));
    answer.on('end', () => this.#isBroken || this.#response.end());
    answer.on('error', () => this.#fail());
    this.#breakIfReached();
  }

  #pass(bytes: Uint8Array): void {
    if (this.#isBroken || this.#meter?.isReached() === true) return;
    const count = this.#meter?.take(bytes) ?? bytes.length;
    const isLast = this.#meter?.isReached() === true;
    const hasRoom = this.#response.write(
      bytes.subarray(0, count),
      // A reset would take back what the system does not have yet.
      () => isLast && this.#breakIfReached(),
    );
    if (isLast || !hasRoom) this.#answer?.pause();
  }

  #breakIfReached(): void {
    if (this.#fault !== undefined && this.#meter?.isReached() === true) {
      this.break(this.#fault.kind);
    }
  }

  #fail(): void {
    if (this.#isBroken) return;
    if (this.#response.headersSent) return this.break('cut');
    this.#isBroken = true;
    this.#response.writeHead(502, { 'content-type': 'text/plain' });
    this.#response.end('The proxy cannot reach the server behind it.');
  }
}
