'use client';

/** Shown when a chat cannot be loaded, e.g. while its streams server is down. */
export default function ErrorPage({ reset }: { reset: () => void }) {
  return (
    <div className="error-page" role="alert" data-testid="error">
      <h1>This chat could not be opened</h1>
      <p>Its messages are kept. Try again in a moment.</p>
      <button type="button" className="button" onClick={reset}>
        Try again
      </button>
    </div>
  );
}
