import { useEffect, useState } from 'react';
import { CheckIcon, LinkIcon } from './icons.tsx';

/** Copies the room's address, and shows for a moment that it did. */
export function InviteButton({ className }: { className: string }) {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1_500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    await navigator.clipboard.writeText(location.href);
    setCopied(true);
  };

  return (
    <button
      type="button"
      className={`button ${className}`}
      // Refused by the browser: the address is in its own bar, too.
      onClick={() => void copy().catch(() => undefined)}
    >
      {copied ? <CheckIcon /> : <LinkIcon />}
      {copied ? 'Copied' : 'Copy the link'}
    </button>
  );
}
