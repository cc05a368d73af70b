import type {
  Fault,
  FaultScript,
  FaultStep,
  RequestFilter,
  SeenRequest,
} from './fault.js';

type Asked = Omit<SeenRequest, 'fault'>;

/** Says of each request what shall happen; `undefined`: nothing is said. */
export type FaultPlayer = (request: Asked) => Fault | undefined;

/** Plays a script once from its beginning, keeping what is used up. */
export function faultPlayer(script: FaultScript): FaultPlayer {
  if (typeof script === 'function') return script;
  const left = script.map((step) => ({ step, times: step.times ?? 1 }));
  return (request) => {
    const entry = left.find(
      ({ step, times }) => times > 0 && isFor(request, step),
    );
    if (entry === undefined) return undefined;
    entry.times -= 1;
    return entry.step;
  };
}

function isFor(request: Asked, { when }: FaultStep): boolean {
  return when === undefined || matchesFilter(request, when);
}

/** Whether a filter takes in a request. */
export function matchesFilter(request: Asked, filter: RequestFilter): boolean {
  if (typeof filter === 'function') return filter(request);
  const { method, url } = filter;
  if (method !== undefined && method.toUpperCase() !== request.method) {
    return false;
  }
  if (url === undefined) return true;
  // `search` and not `test`: a global expression would remember its place.
  return typeof url === 'string'
    ? request.url.includes(url)
    : request.url.search(url) !== -1;
}
