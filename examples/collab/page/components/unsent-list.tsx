import type { RoomSession, RoomSnapshot } from '../session/room-session.ts';
import styles from './unsent-list.module.css';

interface UnsentListProps {
  readonly unsent: RoomSnapshot['unsent'];
  readonly session: RoomSession;
}

/** What the server did not take: nobody else has seen it. */
export function UnsentList({ unsent, session }: UnsentListProps) {
  return unsent
    .filter(({ error }) => error !== undefined)
    .map(({ message }) => (
      <div
        key={message.id}
        className={styles['unsent']}
        role="alert"
        data-testid="unsent"
      >
        <p>
          Not sent: <q>{textOf(message)}</q>
        </p>
        <button
          type="button"
          className="button"
          onClick={() => {
            // Refused again, it stands here again.
            session.send({ message }).catch(() => undefined);
          }}
        >
          Send again
        </button>
      </div>
    ));
}

function textOf({ parts }: RoomSnapshot['messages'][number]): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
}
