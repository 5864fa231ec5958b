import { describe, expect, it } from 'vitest';
import { contrast } from './contrast.ts';
import { themeFor } from './theme.ts';

/** Backgrounds of the four Office themes. */
const themes = [
  ['Colourful', '#ffffff', false],
  ['White', '#ffffff', false],
  ['Dark grey', '#444444', true],
  ['Black', '#262626', true],
] as const;

describe('the pane’s theme', () => {
  it.each(themes)('text is readable in the Office theme %s', (_name, background, isDark) => {
    const office = { isDark, background, foreground: '', controlBackground: '', controlForeground: '' };
    const theme = themeFor(office, !isDark);
    for (const text of [
      theme.colorNeutralForeground1,
      theme.colorNeutralForeground2,
      theme.colorBrandForegroundLink,
    ])
      expect(contrast(theme.colorNeutralBackground2, text)).toBeGreaterThanOrEqual(4.5);
  });

  it('follows the browser where Outlook does not tell', () => {
    expect(themeFor(null, true).colorNeutralForeground1).not.toBe(
      themeFor(null, false).colorNeutralForeground1,
    );
  });
});

describe('contrast', () => {
  it.each([
    ['#000', '#ffffff', 21],
    ['#777777', '#ffffff', 4.48],
    ['red', '#ffffff', 1],
  ])('of %s and %s', (a, b, ratio) => expect(contrast(a, b)).toBeCloseTo(ratio, 2));
});
