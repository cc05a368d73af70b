import type { ReactNode } from 'react';
import type { CollabPart } from '../../shared/collab-message.ts';
import type { ApprovalReply } from '../session/room-actions.ts';
import { CheckIcon, CrossIcon, UploadIcon } from './icons.tsx';
import styles from './tool-card.module.css';

type DeployPart = Extract<CollabPart, { type: 'tool-deployPreview' }>;

interface ToolCardProps {
  readonly part: DeployPart;
  readonly live: boolean;
  /** Who said yes or no. */
  readonly decider: string | undefined;
  readonly onReply: (answer: ApprovalReply) => void;
}

/** A deployment: what it would do, the question, and how it went. */
export function ToolCard({ part, live, decider, onReply }: ToolCardProps) {
  const { branch, region, expiresInHours } = part.input ?? {};
  return (
    <section
      className={styles['card']}
      data-testid="tool"
      data-state={part.state}
      aria-label="Deploy a preview"
    >
      <header className={styles['header']}>
        <UploadIcon />
        <strong>Deploy a preview</strong>
        <Outcome part={part} live={live} />
      </header>
      <dl className={styles['facts']}>
        <Fact name="Branch" value={branch} />
        <Fact name="Region" value={region} />
        <Fact name="Expires" value={expiresInHours && `${expiresInHours} h`} />
        {part.state === 'output-available' && (
          <Fact name="Address" value={part.output.url} />
        )}
        {decider !== undefined && <Fact name="Decided by" value={decider} />}
      </dl>
      {part.state === 'approval-requested' && (
        <Question
          onReply={(approved) => {
            const { toolCallId } = part;
            onReply({ id: part.approval.id, toolCallId, approved });
          }}
        />
      )}
    </section>
  );
}

interface FactProps {
  readonly name: string;
  readonly value: string | number | undefined;
}

function Fact({ name, value }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value ?? '…'}</dd>
    </div>
  );
}

interface QuestionProps {
  readonly onReply: (approved: boolean) => void;
}

function Question({ onReply }: QuestionProps) {
  return (
    <div className={styles['question']}>
      <p>Allow this? Anybody here may answer.</p>
      <button
        type="button"
        className="button"
        data-testid="deny"
        onClick={() => onReply(false)}
      >
        Deny
      </button>
      <button
        type="button"
        className="button primary"
        data-testid="approve"
        onClick={() => onReply(true)}
      >
        Approve
      </button>
    </div>
  );
}

function Outcome({ part, live }: Pick<ToolCardProps, 'part' | 'live'>) {
  switch (part.state) {
    case 'input-streaming':
      return live ? <Chip tone="busy">Preparing</Chip> : <Stopped />;
    case 'input-available':
      return live ? <Chip tone="busy">Deploying</Chip> : <Stopped />;
    case 'approval-requested':
      return <Chip tone="ask">Needs approval</Chip>;
    case 'approval-responded':
      if (!part.approval.approved) return <Denied />;
      return live ? <Chip tone="busy">Deploying</Chip> : <Stopped />;
    case 'output-available':
      return (
        <Chip tone="good">
          <CheckIcon /> Deployed in {part.output.buildSeconds} s
        </Chip>
      );
    case 'output-error':
      return <Chip tone="bad">{part.errorText}</Chip>;
    case 'output-denied':
      return <Denied />;
  }
}

function Denied() {
  return (
    <Chip tone="quiet">
      <CrossIcon /> Denied
    </Chip>
  );
}

function Stopped() {
  return <Chip tone="quiet">Stopped</Chip>;
}

interface ChipProps {
  readonly tone: 'busy' | 'ask' | 'good' | 'bad' | 'quiet';
  readonly children: ReactNode;
}

function Chip({ tone, children }: ChipProps) {
  return (
    <span className={styles['chip']} data-tone={tone}>
      {children}
    </span>
  );
}
