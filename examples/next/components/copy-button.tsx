'use client';

import { useEffect, useState } from 'react';
import { CheckIcon, CopyIcon } from '@/components/icons';

interface CopyButtonProps {
  readonly textToCopy: () => string;
  readonly label: string;
}

/** Copies, and shows for a moment that it did. */
export function CopyButton({ textToCopy, label }: CopyButtonProps) {
  const [copied, setCopied] = useState(false);

  useEffect(() => {
    if (!copied) return;
    const timer = setTimeout(() => setCopied(false), 1500);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async () => {
    await navigator.clipboard.writeText(textToCopy());
    setCopied(true);
  };

  return (
    <button
      type="button"
      className="icon-button"
      aria-label={copied ? 'Copied' : label}
      title={label}
      // Refused by the browser: then there is nothing to show.
      onClick={() => void copy().catch(() => undefined)}
    >
      {copied ? <CheckIcon /> : <CopyIcon />}
    </button>
  );
}
