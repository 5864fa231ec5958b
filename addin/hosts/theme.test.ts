import { describe, expect, it } from 'vitest';
import { readTheme } from './theme.ts';

describe('the Office theme', () => {
  it.each([
    ['Colorful', '#FFFFFF', false],
    ['White', '#ffffff', false],
    ['Dark Gray', '#666666', true],
    ['Black', '#262626', true],
    ['a light grey', 'E6E6E6', false],
  ])('is dark or light by its background: %s', (_name, bodyBackgroundColor, isDark) => {
    expect(readTheme({ bodyBackgroundColor })?.isDark).toBe(isDark);
  });

  it('becomes colours of CSS, with sensible ones for what is left out', () => {
    expect(readTheme({ bodyBackgroundColor: '262626', controlBackgroundColor: '#0A0B0C' })).toEqual({
      isDark: true,
      background: '#262626',
      foreground: '#ffffff',
      controlBackground: '#0a0b0c',
      controlForeground: '#ffffff',
    });
  });

  it.each([undefined, {}, { bodyBackgroundColor: 'red; background: url(//evil.example)' }])(
    'is unknown where the client tells nothing usable: %j',
    (raw) => {
      expect(readTheme(raw)).toBeNull();
    },
  );
});
