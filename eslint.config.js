// Type-checked lint rules, and the direction of imports between the folders (docs/architecture.md).
import js from '@eslint/js';
import prettier from 'eslint-config-prettier';
import tseslint from 'typescript-eslint';

/** What each folder may import, besides itself and packages. demo and test may import everything. */
const mayImport = {
  datasets: [],
  qdsync: [],
  contract: ['datasets'],
  addin: ['contract', 'datasets'],
  bridge: ['contract', 'datasets', 'qdsync'],
  device: ['contract', 'datasets', 'qdsync'],
};
const folders = [...Object.keys(mayImport), 'demo', 'test', 'scripts'];

const importRules = Object.entries(mayImport).map(([folder, allowed]) => ({
  files: [`${folder}/**/*.{ts,tsx}`],
  ignores: ['**/*.test.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: folders
          .filter((other) => other !== folder && !allowed.includes(other))
          .map((other) => ({
            regex: `^(\\.\\./)+${other}/`,
            message: `${folder}/ must not import ${other}/ (docs/architecture.md).`,
          })),
      },
    ],
  },
}));

export default tseslint.config(
  { ignores: ['dist/', 'node_modules/', 'eslint.config.js'] },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  ...tseslint.configs.stylisticTypeChecked,
  {
    languageOptions: {
      parserOptions: {
        projectService: { allowDefaultProject: ['scripts/*.mjs'] },
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/consistent-type-definitions': ['error', 'interface'],
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_' }],
      '@typescript-eslint/require-await': 'off',
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      'no-empty': ['error', { allowEmptyCatch: false }],
      'max-lines': ['warn', { max: 400, skipBlankLines: true, skipComments: true }],
      eqeqeq: 'error',
      'no-console': 'error',
    },
  },
  ...importRules,
  {
    // Names and notes come from devices and from strangers' mail: pages show text, never HTML.
    files: ['addin/**/*.{ts,tsx}'],
    rules: {
      'no-restricted-syntax': [
        'error',
        ...[
          'JSXAttribute[name.name="dangerouslySetInnerHTML"]',
          'MemberExpression[property.name=/^(innerHTML|outerHTML|srcdoc|insertAdjacentHTML|setHTMLUnsafe)$/]',
          'MemberExpression[object.name="document"][property.name=/^write(ln)?$/]',
        ].map((selector) => ({ selector, message: 'Pages show text, never HTML (SECURITY.md).' })),
      ],
    },
  },
  {
    // Elsewhere there may be none: only what survives its absence touches it.
    files: ['addin/**/*.{ts,tsx}'],
    ignores: ['addin/hosts/office.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        {
          name: 'Office',
          message: 'Only addin/hosts/office.ts touches Office.js; others are given an OfficeHost.',
        },
      ],
    },
  },
  { files: ['demo/**', 'scripts/**', 'bridge/cli/**', 'device/cli/**'], rules: { 'no-console': 'off' } },
  {
    files: ['scripts/*.mjs'],
    languageOptions: { globals: { process: 'readonly', console: 'readonly' } },
  },
  {
    files: ['**/*.test.ts', 'test/**'],
    rules: {
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
    },
  },
  prettier,
);
