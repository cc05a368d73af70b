/** @jsxImportSource preact */
import { asText } from './as-text.js';

/** A part of a message, of whatever kind. */
export type LoosePart = Readonly<Record<string, unknown>> & {
  readonly type: string;
};

/** Everything is shown as text: nothing of a chat is ever run here. */
export function MessagePartView({ part }: { readonly part: LoosePart }) {
  const { type } = part;
  if (type === 'text') return <p class="part-text">{asText(part['text'])}</p>;
  if (type === 'step-start') return <hr />;
  if (type === 'reasoning') {
    return (
      <details class="part" open>
        <summary>Reasoning</summary>
        <p class="part-text">{asText(part['text'])}</p>
      </details>
    );
  }
  if (type === 'dynamic-tool' || type.startsWith('tool-')) {
    return <ToolPart part={part} />;
  }
  if (type === 'file') return <FilePart part={part} />;
  return (
    <details class="part">
      <summary>{type}</summary>
      <Json value={part} />
    </details>
  );
}

function ToolPart({ part }: { readonly part: LoosePart }) {
  const { type, toolName, state, input, output, errorText } = part;
  const name =
    type === 'dynamic-tool' ? asText(toolName) : type.slice('tool-'.length);
  return (
    <details class="part" open>
      <summary>
        {name}{' '}
        <span class="pill" data-kind={TOOL_KINDS[asText(state)] ?? 'active'}>
          {asText(state)}
        </span>
      </summary>
      {input !== undefined && <Json value={input} />}
      {output !== undefined && <Json value={output} />}
      {errorText !== undefined && <p class="run-error">{textOf(errorText)}</p>}
    </details>
  );
}

const TOOL_KINDS: Readonly<Record<string, string>> = {
  'output-available': 'done',
  'output-error': 'failed',
  'output-denied': 'stopped',
};

function FilePart({ part }: { readonly part: LoosePart }) {
  const { mediaType, filename } = part;
  const url = asText(part['url']);
  const isImage = url.startsWith('data:image/');
  return (
    <figure class="part">
      {isImage && <img src={url} alt={textOf(filename) ?? 'A file'} />}
      <figcaption>
        {textOf(filename) ?? 'file'} · {asText(mediaType)} ·{' '}
        {url.startsWith('data:') ? `${url.length} characters` : url}
      </figcaption>
    </figure>
  );
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' ? value : undefined;

function Json({ value }: { readonly value: unknown }) {
  return <pre>{JSON.stringify(value, null, 2)}</pre>;
}
