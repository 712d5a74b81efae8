import { createProjectGraphAsync } from '@nx/devkit';
import nx from '@nx/eslint-plugin';
import prettier from 'eslint-config-prettier';
import importX from 'eslint-plugin-import-x';
import reactHooks from 'eslint-plugin-react-hooks';
import tseslint from 'typescript-eslint';

// Without a graph of the projects as they are now the boundary rule skips every file, or judges by an old one.
await createProjectGraphAsync();

/** Who may import whom. There is no `*` row: a project without a tag may import nothing. */
const depConstraints = [
  { sourceTag: 'type:domain', onlyDependOnLibsWithTags: [], allowedExternalImports: ['temporal-polyfill'] },
  {
    sourceTag: 'type:workflow',
    onlyDependOnLibsWithTags: ['type:domain'],
    allowedExternalImports: ['@temporalio/workflow'],
  },
  { sourceTag: 'type:contracts', onlyDependOnLibsWithTags: [], allowedExternalImports: ['zod'] },
  { sourceTag: 'type:kit', onlyDependOnLibsWithTags: ['type:contracts'] },
  { sourceTag: 'type:fake', onlyDependOnLibsWithTags: [] },
  { sourceTag: 'type:tool', onlyDependOnLibsWithTags: ['type:contracts', 'type:fake', 'type:tool'] },
  {
    sourceTag: 'type:test',
    onlyDependOnLibsWithTags: [
      'type:contracts',
      'type:domain',
      'type:workflow',
      'type:kit',
      'type:fake',
      'type:tool',
      'type:test',
    ],
  },
  { sourceTag: 'type:app', onlyDependOnLibsWithTags: ['type:domain', 'type:workflow', 'type:contracts', 'type:kit'] },
  { sourceTag: 'type:web', onlyDependOnLibsWithTags: ['type:contracts'] },
];

const boundaries = (constraints) => ({
  '@nx/enforce-module-boundaries': [
    'error',
    { depConstraints: constraints, banTransitiveDependencies: true, enforceBuildableLibDependency: false },
  ],
});

/** Tests may use the fake, the test kit and the local stack besides what their project may import. */
const forTests = depConstraints.map((row) => ({
  sourceTag: row.sourceTag,
  onlyDependOnLibsWithTags: [
    'type:domain',
    'type:workflow',
    'type:contracts',
    'type:kit',
    'type:fake',
    'type:tool',
    'type:test',
  ],
}));

const pure = {
  patterns: [{ group: ['node:*'], message: 'Pure code: no Node built-ins.' }],
};

export default tseslint.config(
  { ignores: ['**/dist/**', '**/node_modules/**', '.local/**', 'coverage/**', '.nx/**'] },
  ...tseslint.configs.recommendedTypeChecked,
  {
    files: ['**/*.{ts,tsx}'],
    plugins: { '@nx': nx, 'import-x': importX },
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    rules: {
      ...boundaries(depConstraints),
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-import-type-side-effects': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      '@typescript-eslint/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: true }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true, allowBoolean: true }],
      'import-x/no-extraneous-dependencies': ['error', { packageDir: [import.meta.dirname], devDependencies: true }],
      'import-x/no-self-import': 'error',
      'no-console': 'error',
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 60, skipBlankLines: true, skipComments: true }],
      'max-params': ['error', 6],
      'max-depth': ['error', 3],
      complexity: ['error', 12],
      eqeqeq: 'error',
    },
  },
  {
    files: ['libs/access-domain/**/*.ts', 'libs/access-workflows/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: { 'no-restricted-imports': ['error', pure] },
  },
  {
    // Workflow time is the only time there: no time zones, no locale, no wall clock (docs/adr/0003).
    files: ['libs/access-workflows/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/testing/**'],
    rules: {
      'no-restricted-globals': ['error', 'Intl', 'Temporal', 'process', 'fetch', 'setInterval'],
    },
  },
  {
    // Runs where the bundle is built, never inside of it.
    files: ['libs/access-workflows/src/bundling/**/*.ts'],
    rules: { ...boundaries(forTests), 'no-restricted-imports': 'off', 'no-restricted-globals': 'off' },
  },
  {
    // One reader of the environment per service, and kafkajs behind one module.
    files: ['apps/*/src/**/*.ts', 'libs/service-kit/src/**/*.ts'],
    ignores: ['**/*.test.ts', '**/config.ts', 'libs/service-kit/src/kafka/**', 'apps/system-tests/**', '**/testing/**'],
    rules: {
      'no-restricted-imports': ['error', { paths: [{ name: 'kafkajs', message: 'Use @latchkey/service-kit.' }] }],
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only config.ts reads the environment.' },
      ],
    },
  },
  {
    // Browsers run it: of the contracts it takes the types, since their code would bring all of zod.
    files: ['apps/console/src/page/**/*.{ts,tsx}'],
    plugins: { 'react-hooks': reactHooks },
    rules: {
      ...reactHooks.configs.recommended.rules,
      '@typescript-eslint/no-restricted-imports': [
        'error',
        {
          paths: [{ name: '@latchkey/contracts', allowTypeImports: true, message: 'Types only.' }],
          patterns: [{ group: ['node:*'], message: 'Browsers have no Node built-ins.' }],
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/testing/**/*.ts', 'libs/test-kit/**/*.ts', 'apps/system-tests/**/*.ts'],
    rules: {
      ...boundaries(forTests),
      'max-lines': ['error', { max: 500, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': 'off',
    },
  },
  {
    // Node runs these from source: it strips types, and refuses what is more than a type.
    files: [
      'tools/**/*.ts',
      'apps/system-tests/**/*.ts',
      'libs/{access-domain,contracts,fake-salto-ks,test-kit}/**/*.ts',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: 'TSParameterProperty', message: 'Node runs this from source: declare the field.' },
        { selector: 'TSEnumDeclaration', message: 'Node runs this from source: use a union of literals.' },
        { selector: 'Decorator', message: 'Node runs this from source: no decorators.' },
      ],
    },
  },
  {
    // Programs that talk to a terminal.
    files: ['tools/**/*.ts', 'apps/system-tests/src/story/**/*.ts', 'apps/system-tests/src/bench/**/*.ts'],
    rules: { 'no-console': 'off' },
  },
  { files: ['**/*.mjs'], ...tseslint.configs.disableTypeChecked },
  prettier,
);
