import { createRequire } from 'node:module';

/** One version of the AI SDK that the tests run on: a vitest project. */
export interface SdkVersion {
  readonly project: string;
  readonly major: '6' | '7';
  /** Under which names its packages are installed; all others go by their own. */
  readonly packages: Readonly<Record<string, string>>;
}

/** The newest of a major serve its oldest too: they follow `ai` loosely. */
const PROVIDERS_V6 = {
  '@ai-sdk/openai': '@ai-sdk/openai-v6',
  '@ai-sdk/anthropic': '@ai-sdk/anthropic-v6',
  '@ai-sdk/google': '@ai-sdk/google-v6',
};

/** The two majors at their newest, and at the oldest that is supported. */
export const SDK_VERSIONS = {
  v7: { project: 'v7', major: '7', packages: {} },
  v6: {
    project: 'v6',
    major: '6',
    packages: {
      ai: 'ai-v6',
      '@ai-sdk/react': '@ai-sdk/react-v6',
      ...PROVIDERS_V6,
    },
  },
  v7Floor: {
    project: 'v7-floor',
    major: '7',
    packages: {
      ai: 'ai-v7-floor',
      '@ai-sdk/react': '@ai-sdk/react-v7-floor',
    },
  },
  v6Floor: {
    project: 'v6-floor',
    major: '6',
    packages: {
      ai: 'ai-v6-floor',
      '@ai-sdk/react': '@ai-sdk/react-v6-floor',
      ...PROVIDERS_V6,
    },
  },
} as const satisfies Record<string, SdkVersion>;

/** The version of a package as it is installed for a version of the AI SDK. */
export function installedVersion(
  { packages }: SdkVersion,
  name: string,
): string {
  const require = createRequire(import.meta.url);
  const manifest: unknown = require(`${packages[name] ?? name}/package.json`);
  // CAST: every package.json has a version.
  return (manifest as { version: string }).version;
}
