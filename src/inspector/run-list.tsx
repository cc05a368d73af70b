/** @jsxImportSource preact */
import { useEffect, useState } from 'preact/hooks';
import type { FeedStore } from './feed-store.js';
import type { RunInfo } from './wire.js';

/** So many at once; the others by a button. */
const FEW = 8;

interface RunListProps {
  readonly feed: FeedStore;
  readonly onAct: (deed: string, run: string) => Promise<void>;
}

export function RunList({ feed, onAct }: RunListProps) {
  const [isAll, setAll] = useState(false);
  const { runs, filter } = feed;
  const now = useSeconds(runs.some(({ status }) => status === 'active'));
  if (runs.length === 0) return null;
  return (
    <section class="runs" aria-label="Runs">
      {(isAll ? runs : runs.slice(0, FEW)).map((run) => (
        <RunCard
          key={run.id}
          run={run}
          now={now}
          isChosen={filter.runId === run.id}
          onChoose={() => {
            const runId = filter.runId === run.id ? undefined : run.id;
            feed.setFilter({ ...filter, runId });
          }}
          onAct={onAct}
        />
      ))}
      {runs.length > FEW && (
        <button type="button" class="link" onClick={() => setAll(!isAll)}>
          {isAll ? 'Show fewer' : `Show all ${runs.length} runs`}
        </button>
      )}
    </section>
  );
}

interface RunCardProps {
  readonly run: RunInfo;
  readonly now: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
  readonly onAct: RunListProps['onAct'];
}

function RunCard({ run, now, isChosen, onChoose, onAct }: RunCardProps) {
  const isActive = run.status === 'active';
  const isDead = isActive && now > run.deadline;
  const status = isDead ? 'dead' : run.status;
  return (
    <article class="run" data-status={status} data-chosen={isChosen}>
      <header>
        <span class="pill" data-kind={status}>
          {isDead ? 'presumed dead' : run.status}
        </span>
        <button
          type="button"
          class="link run-id"
          aria-pressed={isChosen}
          title={`Show the records of run ${run.id} alone`}
          onClick={onChoose}
        >
          {run.id}
        </button>
      </header>
      <dl>
        <Fact name="agent" value={run.agentId} />
        <Fact name="epoch" value={String(run.epoch)} />
        <Fact name="chunks" value={String(run.chunks)} />
        <Fact name="lease" value={leaseText(run, now)} />
      </dl>
      {run.error !== undefined && <p class="run-error">{run.error}</p>}
      {isActive && (
        <footer>
          <button
            type="button"
            class="button"
            onClick={() => void onAct('stop', run.id)}
          >
            Stop
          </button>
          <button
            type="button"
            class="button"
            disabled={!isDead}
            title={
              isDead
                ? 'End it as interrupted: its writer was silent past its lease'
                : 'Its writer is alive: only a run that was silent past its lease is sealed'
            }
            onClick={() => void onAct('seal', run.id)}
          >
            Seal
          </button>
        </footer>
      )}
    </article>
  );
}

function Fact(props: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{props.name}</dt>
      <dd title={props.value}>{props.value}</dd>
    </div>
  );
}

function leaseText(
  { status, deadline, leaseMs }: RunInfo,
  now: number,
): string {
  const lease = `${leaseMs / 1_000} s`;
  if (status !== 'active') return lease;
  const left = Math.round((deadline - now) / 1_000);
  return left >= 0 ? `${lease}, ${left} s left` : `over for ${-left} s`;
}

/** The time; it moves every second, while somebody looks. */
function useSeconds(isMoving: boolean): number {
  const [now, setNow] = useState(Date.now);
  useEffect(() => {
    setNow(Date.now());
    if (!isMoving) return undefined;
    const timer = setInterval(() => setNow(Date.now()), 1_000);
    return () => clearInterval(timer);
  }, [isMoving]);
  return now;
}
