/** @jsxImportSource preact */
import type { RecordRow } from './wire.js';

/** A record as it stands in the log. */
export function RecordDetail({ row }: { readonly row: RecordRow | undefined }) {
  if (row === undefined) return null;
  return (
    <section class="detail" aria-label={`Record ${row.number}`}>
      <header>
        <strong>
          #{row.number} {row.type}
        </strong>
        <code>{row.key}</code>
        <button
          type="button"
          class="link"
          onClick={() => {
            // Refused by the browser: it stands below.
            navigator.clipboard.writeText(row.text).catch(() => undefined);
          }}
        >
          Copy JSON
        </button>
      </header>
      <pre tabIndex={0}>{indented(row.text)}</pre>
    </section>
  );
}

/** A page of a megabyte helps nobody: the whole is there to be copied. */
const MOST = 100_000;

function indented(text: string): string {
  const json = JSON.stringify(JSON.parse(text), null, 2);
  return json.length <= MOST ? json : `${json.slice(0, MOST)}\n…`;
}
