import { defineConfig, type OxlintOverride } from 'oxlint';

type Pattern = { regex: string; message: string; allowTypeImports?: boolean };

const AI_TYPES_ONLY: Pattern = {
  regex: '^(?:ai|@ai-sdk)(?:/|$)',
  allowTypeImports: true,
  message: "Types only: the AI SDK's runtime stays out of the client's bundle.",
};
const PORTABLE: Pattern = {
  regex: '^(?:node:|react(?:-dom)?(?:/|$))',
  message: 'This room runs wherever fetch does: no Node modules, no React.',
};
const PURE: Pattern = {
  regex: '^(?:@durable-streams/|nanoid(?:/|$))',
  message: 'protocol is pure: no I/O, and ids are arguments.',
};
const TANSTACK_TYPES_ONLY: Pattern = {
  regex: '^@tanstack/',
  allowTypeImports: true,
  message:
    'Types only: the collections are made by the TanStack DB of the app.',
};
const SERVER_TYPES_ONLY: Pattern = {
  regex: '^(?:\\.\\./)+server/index\\.js$',
  allowTypeImports: true,
  message: 'Types only: what listens to a server brings none along.',
};
type Room = {
  name: string;
  open: readonly string[];
  packages?: readonly Pattern[];
};

/** Who may import whom. A room that is not in `open` may not be imported. */
const ROOMS: readonly Room[] = [
  { name: 'protocol', open: [], packages: [AI_TYPES_ONLY, PORTABLE, PURE] },
  { name: 'log', open: ['protocol'], packages: [AI_TYPES_ONLY, PORTABLE] },
  {
    name: 'client',
    open: ['protocol', 'log'],
    packages: [AI_TYPES_ONLY, PORTABLE],
  },
  { name: 'server', open: ['protocol', 'log'], packages: [PORTABLE] },
  {
    name: 'session',
    open: ['protocol', 'log', 'client'],
    packages: [AI_TYPES_ONLY, PORTABLE],
  },
  { name: 'react', open: ['session', 'client'] },
  {
    name: 'tanstack-db',
    open: ['session'],
    packages: [AI_TYPES_ONLY, PORTABLE, TANSTACK_TYPES_ONLY],
  },
  {
    name: 'otel',
    open: ['server'],
    packages: [AI_TYPES_ONLY, PORTABLE, SERVER_TYPES_ONLY],
  },
  { name: 'embedded', open: ['protocol', 'log'] },
  { name: 'testing', open: ['protocol', 'log'] },
  { name: 'inspector', open: [], packages: [AI_TYPES_ONLY, PORTABLE, PURE] },
  {
    name: 'cli',
    open: ['protocol', 'log', 'server', 'embedded', 'inspector'],
  },
];

/** A file of a room that is not its `index.js`: the engine has no look-ahead. */
const INNER = '(?:$|/(?:$|[^i]|i[^n]|in[^d]|ind[^e]|inde[^x]|index[^.]))';

const oneOf = (names: readonly string[]): string => `(?:${names.join('|')})`;

/** What files that reach the rooms through `path` may not import. */
function roomPatterns(path: string, open: readonly string[]): Pattern[] {
  const closed = ROOMS.map((room) => room.name).filter(
    (name) => !open.includes(name),
  );
  const allowed = open.join(', ') || 'no other room';
  return [
    {
      regex: `^${path}${oneOf(closed)}(?:/|$)`,
      message: `Rooms in reach here: ${allowed}. See ARCHITECTURE.md.`,
    },
    ...open.map((room) => ({
      regex: `^${path}${room}${INNER}`,
      message: 'A room is entered through its index.js.',
    })),
    {
      regex: '^(?:\\.\\./)+index\\.js$|^ai-durable-transport(?:/|$)',
      message: 'The main entry is for users: import from the room instead.',
    },
  ];
}

const border = (
  files: string,
  patterns: readonly Pattern[],
): OxlintOverride => ({
  files: [files],
  rules: {
    'no-restricted-imports': ['error', { patterns: [...patterns] }],
  },
});

const borders: OxlintOverride[] = [
  border('src/*.ts', [
    ...roomPatterns('\\./', ['protocol', 'log', 'client']),
    AI_TYPES_ONLY,
    PORTABLE,
  ]),
  ...ROOMS.map(({ name, open, packages = [] }) =>
    border(`src/${name}/**`, [
      ...roomPatterns('(?:\\.\\./)+', open),
      ...packages,
    ]),
  ),
];

export default defineConfig({
  plugins: [
    'eslint',
    'typescript',
    'unicorn',
    'oxc',
    'import',
    'promise',
    'vitest',
  ],
  options: {
    typeAware: true,
    denyWarnings: true,
    reportUnusedDisableDirectives: 'error',
  },
  categories: { correctness: 'error' },
  ignorePatterns: ['dist', 'coverage', '**/.next', '**/next-env.d.ts'],
  rules: {
    // Ceilings. Every line counts, blank ones and comments too.
    'max-lines': ['error', { max: 300 }],
    'max-lines-per-function': ['error', { max: 60, IIFEs: true }],
    'max-params': ['error', 3],
    'max-depth': ['error', 4],
    complexity: ['error', { max: 20, variant: 'modified' }],

    // Types say what is known, and no more.
    'typescript/ban-ts-comment': 'error',
    'typescript/consistent-type-assertions': [
      'error',
      { assertionStyle: 'as' },
    ],
    'typescript/consistent-type-imports': 'error',
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/no-unnecessary-type-assertion': 'error',
    'typescript/switch-exhaustiveness-check': [
      'error',
      { considerDefaultExhaustiveForUnions: true },
    ],

    // A failure is delivered once: no promise gets lost, no string is thrown.
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': [
      'error',
      { checksVoidReturn: { attributes: false } },
    ],
    // An abort signal's reason is `any`, and is passed on as it came.
    'typescript/only-throw-error': [
      'error',
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],
    'typescript/prefer-promise-reject-errors': [
      'error',
      { allowThrowingAny: true, allowThrowingUnknown: true },
    ],

    // Modules: one idea a file, named exports, no cycles.
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-duplicates': 'error',
    'unicorn/filename-case': ['error', { case: 'kebabCase' }],
    'unicorn/prefer-node-protocol': 'error',

    eqeqeq: 'error',
    'no-unused-vars': [
      'error',
      { argsIgnorePattern: '^_', varsIgnorePattern: '^_' },
    ],
    'no-var': 'error',
    'prefer-const': 'error',
  },
  overrides: [
    {
      files: ['src/**'],
      rules: {
        'no-console': 'error',
        'no-warning-comments': 'error',
        'typescript/no-unsafe-argument': 'error',
        'typescript/no-unsafe-assignment': 'error',
        'typescript/no-unsafe-call': 'error',
        'typescript/no-unsafe-member-access': 'error',
        'typescript/no-unsafe-return': 'error',
      },
    },
    ...borders,
    {
      files: ['test/**'],
      rules: {
        // A `describe` is a chapter, not a function; test/tools/check-house.ts
        // holds every other closure of a test to the same ceiling.
        'max-lines-per-function': 'off',
        'vitest/no-disabled-tests': 'error',
        'vitest/no-focused-tests': 'error',
        'vitest/no-identical-title': 'error',
      },
    },
    {
      // As the frameworks name components.
      files: ['examples/{vue,svelte}/**'],
      rules: { 'unicorn/filename-case': ['error', { case: 'pascalCase' }] },
    },
    {
      // Where a platform asks for a default export: tools, Next, Workers.
      files: [
        '*.config.ts',
        'examples/**',
        'test/runtimes/app/on-workerd.ts',
        'test/runtimes/next/next.config.js',
        'test/frameworks/support/page-environment.ts',
      ],
      rules: { 'import/no-default-export': 'off' },
    },
  ],
});
