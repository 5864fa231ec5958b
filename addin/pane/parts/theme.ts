/** The pane's colours: Fluent's light or dark theme, on the background of Outlook's own theme where text stays readable. */
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';
import type { OfficeTheme } from '../../hosts/office-host.ts';
import { contrast } from './contrast.ts';

/** Of text on its background (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;

export function themeFor(office: OfficeTheme | null, prefersDark: boolean): Theme {
  const theme = (office?.isDark ?? prefersDark) ? webDarkTheme : webLightTheme;
  const shown = {
    ...theme,
    // The page behind the cards, a shade off them as in Outlook.
    colorNeutralBackground2: (office?.isDark ?? prefersDark) ? '#1f1f1f' : '#faf9f8',
  };
  if (office === null) return shown;
  const { background } = office;
  const readable = [
    theme.colorNeutralForeground1,
    theme.colorNeutralForeground2,
    theme.colorBrandForegroundLink,
  ].every((colour) => contrast(background, colour) >= READABLE);
  return readable ? { ...shown, colorNeutralBackground2: background } : shown;
}
