/** The Office theme as Outlook tells it. Pure. */
import type { OfficeTheme } from './office-host.ts';

/** What Outlook tells of its theme; some clients leave parts out. */
export interface RawTheme {
  readonly bodyBackgroundColor?: string;
  readonly bodyForegroundColor?: string;
  readonly controlBackgroundColor?: string;
  readonly controlForegroundColor?: string;
}

/** Undefined unless it is `#rrggbb` or `rrggbb`. */
function channels(colour: string | undefined): readonly [number, number, number] | undefined {
  const [, red, green, blue] = /^#?([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(colour ?? '') ?? [];
  if (red === undefined || green === undefined || blue === undefined) return undefined;
  return [parseInt(red, 16), parseInt(green, 16), parseInt(blue, 16)];
}

/** Relative luminance of WCAG 2: 0 is black, 1 is white. */
function luminance(colour: readonly [number, number, number]): number {
  const [red, green, blue] = colour.map((channel) => {
    const share = channel / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Below it white text has the higher contrast. */
const DARK_BELOW = 0.179;

/** Null where the client does not tell enough to go by. */
export function readTheme(raw: RawTheme | undefined): OfficeTheme | null {
  const background = channels(raw?.bodyBackgroundColor);
  if (raw === undefined || background === undefined) return null;
  const isDark = luminance(background) < DARK_BELOW;
  const colour = (text: string | undefined, otherwise: string): string => {
    const found = channels(text);
    return found === undefined
      ? otherwise
      : `#${found.map((channel) => channel.toString(16).padStart(2, '0')).join('')}`;
  };
  const paper = colour(raw.bodyBackgroundColor, '');
  const ink = colour(raw.bodyForegroundColor, isDark ? '#ffffff' : '#000000');
  return {
    isDark,
    background: paper,
    foreground: ink,
    controlBackground: colour(raw.controlBackgroundColor, paper),
    controlForeground: colour(raw.controlForegroundColor, ink),
  };
}
