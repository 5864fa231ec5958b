import { describe, expect, it } from 'vitest';
import { OFFICE_THEMES } from '../../../test/support/office-themes.ts';
import { readTheme } from '../../hosts/theme.ts';
import { contrast } from './contrast.ts';
import { themeFor } from './theme.ts';

describe('the pane’s theme', () => {
  it.each(OFFICE_THEMES)('text is readable in the Office theme %s', (_name, colours) => {
    const office = readTheme(colours);
    const theme = themeFor(office, office?.isDark === false);
    expect(theme.colorNeutralBackground2).toBe(colours.bodyBackgroundColor);
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
