import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { ESLint } from 'eslint';
import tseslint from 'typescript-eslint';

// Its own process, since Jest's module loader cannot load an ESLint configuration: planted files in on standard
// input, each file's complaints out. The files need not exist, so the rules that ask the compiler are off.
const root = join(import.meta.dirname, '../../../..');
const boundaryRules = [
  '@nx/enforce-module-boundaries',
  'no-restricted-imports',
  '@typescript-eslint/no-restricted-imports',
  'no-restricted-properties',
  'no-restricted-globals',
];

const eslint = new ESLint({
  cwd: root,
  overrideConfig: {
    rules: tseslint.configs.disableTypeChecked.rules ?? {},
    languageOptions: { parserOptions: { projectService: false, project: null } },
  },
});

const planted = JSON.parse(await text(process.stdin)) as { file: string; code: string }[];
const complaints: string[][] = [];
for (const { file, code } of planted) {
  const [result] = await eslint.lintText(code, { filePath: join(root, file) });
  if (result?.messages.some(({ fatal }) => fatal)) throw new Error(`${file}: ${result.messages[0]?.message}`);
  complaints.push(
    (result?.messages ?? []).filter(({ ruleId }) => boundaryRules.includes(ruleId ?? '')).map(({ message }) => message),
  );
}
process.stdout.write(JSON.stringify(complaints));
