import { CheckIcon, CrossIcon, UploadIcon } from '@/components/icons';
import type { DemoPart } from '@/lib/demo-message';
import styles from './tool-card.module.css';

export interface ApprovalAnswer {
  readonly id: string;
  readonly approved: boolean;
}

type DeployPart = Extract<DemoPart, { type: 'tool-deployPreview' }>;

interface ToolCardProps {
  readonly part: DeployPart;
  readonly live: boolean;
  readonly onAnswer: (answer: ApprovalAnswer) => void;
}

/** A deployment: what it would do, the question, and how it went. */
export function ToolCard({ part, live, onAnswer }: ToolCardProps) {
  const { branch, region, expiresInHours } = part.input ?? {};
  return (
    <section
      className={styles.card}
      data-testid="tool"
      data-state={part.state}
      aria-label="Deploy a preview"
    >
      <header className={styles.header}>
        <UploadIcon />
        <strong>Deploy a preview</strong>
        <Outcome part={part} live={live} />
      </header>
      <dl className={styles.facts}>
        <Fact name="Branch" value={branch} />
        <Fact name="Region" value={region} />
        <Fact name="Expires" value={expiresInHours && `${expiresInHours} h`} />
        {part.state === 'output-available' && (
          <Fact name="Address" value={part.output.url} />
        )}
      </dl>
      {part.state === 'approval-requested' && (
        <Question id={part.approval.id} onAnswer={onAnswer} />
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
  readonly id: string;
  readonly onAnswer: (answer: ApprovalAnswer) => void;
}

function Question({ id, onAnswer }: QuestionProps) {
  return (
    <div className={styles.question}>
      <p>Allow this deployment?</p>
      <button
        type="button"
        className="button"
        data-testid="deny"
        onClick={() => onAnswer({ id, approved: false })}
      >
        Deny
      </button>
      <button
        type="button"
        className="button primary"
        data-testid="approve"
        onClick={() => onAnswer({ id, approved: true })}
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
  readonly children: React.ReactNode;
}

function Chip({ tone, children }: ChipProps) {
  return (
    <span className={styles.chip} data-tone={tone}>
      {children}
    </span>
  );
}
