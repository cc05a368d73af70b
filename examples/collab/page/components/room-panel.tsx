import type { RoomState } from '../session/use-room.ts';
import { ActivityLog } from './activity-log.tsx';
import { LeaveIcon } from './icons.tsx';
import { InviteButton } from './invite-button.tsx';
import { PersonRow } from './person-row.tsx';
import { ThemeToggle } from './theme-toggle.tsx';
import styles from './room-panel.module.css';

interface RoomPanelProps {
  readonly room: RoomState;
  readonly chatId: string;
  readonly user: string;
  readonly onLeave: () => void;
}

const HEARS = {
  'user-messages': 'hears everybody',
  all: 'hears everybody, agents too',
  custom: 'speaks up when asked',
};

/** Beside the chat on a wide screen, above it (a popover) on a narrow one. */
export function RoomPanel(props: RoomPanelProps) {
  const { room, chatId, user, onLeave } = props;
  const { chat, people, activities } = room;
  const { agents, runs } = chat;
  return (
    <aside id="panel" popover="auto" className={styles['panel']}>
      <section>
        <h2 className={styles['heading']}>People</h2>
        <ul className={styles['list']}>
          {people.map((person) => (
            <PersonRow
              key={person.name}
              name={person.name}
              status={person.status}
              isSelf={person.name === user}
              note={noteOn(person)}
            />
          ))}
        </ul>
        <InviteButton className={styles['invite'] ?? ''} />
      </section>
      <section>
        <h2 className={styles['heading']}>Agents</h2>
        <ul className={styles['list']}>
          {agents.map(({ id, name, triggers }, index) => {
            const isBusy = runs.some(({ agentId }) => agentId === id);
            return (
              <PersonRow
                key={id}
                name={name}
                kind="agent"
                isSecond={index % 2 === 1}
                isBusy={isBusy}
                note={isBusy ? 'is answering…' : HEARS[triggers]}
              />
            );
          })}
        </ul>
      </section>
      <section className={styles['activity']}>
        <h2 className={styles['heading']}>Activity</h2>
        <ActivityLog entries={activities} chatId={chatId} />
      </section>
      <footer className={styles['footer']}>
        <span>You are {user}</span>
        <ThemeToggle />
        <button
          type="button"
          className="icon-button"
          data-testid="leave"
          aria-label="Leave, and come in as somebody else"
          title="Come in as somebody else"
          onClick={onLeave}
        >
          <LeaveIcon />
        </button>
      </footer>
    </aside>
  );
}

function noteOn({ status, devices, isTyping }: RoomState['people'][number]) {
  if (isTyping) return 'is typing…';
  if (status === 'offline') return 'not here';
  const where = devices > 1 ? `, on ${devices} devices` : '';
  return `${status === 'away' ? 'away' : 'here'}${where}`;
}
