import type { RoomChat } from '../session/room-chat.ts';
import styles from './unsent-list.module.css';

/** What the server did not take: nobody else has seen it. */
export function UnsentList({ chat }: { readonly chat: RoomChat }) {
  return chat.unsent
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
          // Refused again, it stands here again.
          onClick={() => void chat.sendMessage(message)}
        >
          Send again
        </button>
      </div>
    ));
}

function textOf({ parts }: RoomChat['messages'][number]): string {
  return parts
    .map((part) => (part.type === 'text' ? part.text : ''))
    .join('\n');
}
