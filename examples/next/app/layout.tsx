import type { Metadata, Viewport } from 'next';
import type { ReactNode } from 'react';
import { Sidebar } from '@/components/sidebar';
import { modelName } from '@/lib/model';
import { RESTORE_THEME } from '@/lib/theme';
import './globals.css';
import styles from './layout.module.css';

export const metadata: Metadata = {
  title: { default: 'Durable chat', template: '%s · Durable chat' },
  description: 'Answers that survive reloads, dropped connections and tabs.',
};

export const viewport: Viewport = {
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#fbfaf7' },
    { media: '(prefers-color-scheme: dark)', color: '#171715' },
  ],
  interactiveWidget: 'resizes-content',
};

export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    // The script below sets `data-theme` before React sees the element.
    <html lang="en" suppressHydrationWarning>
      <body>
        <script dangerouslySetInnerHTML={{ __html: RESTORE_THEME }} />
        <div className={styles.shell}>
          <Sidebar modelName={modelName} />
          <main className={styles.main}>{children}</main>
        </div>
      </body>
    </html>
  );
}
