import { useEffect, useReducer } from 'preact/hooks';
import type { Observable } from './observable.js';

/** Renders again whenever it has changed. */
export function useObservable(observable: Observable): void {
  const [, renderAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(
    () => observable.subscribe(() => renderAgain(undefined)),
    [observable],
  );
}
