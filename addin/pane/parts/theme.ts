/** The pane's colours: Fluent's light or dark theme, on the background of Outlook's own theme where text stays readable. */
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';
import type { OfficeTheme } from '../../hosts/office-host.ts';
import { contrast } from './contrast.ts';

/** Of text on its background (WCAG 2.2, 1.4.3). */
const READABLE = 4.5;

/** From further up Fluent's brand colours: what a grey as that of "Dark grey" needs. */
const LIGHTER_LINKS = {
  colorBrandForegroundLink: '#96c6fa',
  colorBrandForegroundLinkHover: '#b4d6fa',
  colorBrandForegroundLinkPressed: '#96c6fa',
} satisfies Partial<Theme>;

export function themeFor(office: OfficeTheme | null, prefersDark: boolean): Theme {
  const theme = (office?.isDark ?? prefersDark) ? webDarkTheme : webLightTheme;
  const shown = {
    ...theme,
    // The page behind the cards, a shade off them as in Outlook.
    colorNeutralBackground2: (office?.isDark ?? prefersDark) ? '#1f1f1f' : '#faf9f8',
  };
  if (office === null) return shown;
  const onBackground = { ...shown, colorNeutralBackground2: office.background };
  return [onBackground, { ...onBackground, ...LIGHTER_LINKS }].find(isReadable) ?? shown;
}

function isReadable(theme: Theme): boolean {
  return [
    theme.colorNeutralForeground1,
    theme.colorNeutralForeground2,
    theme.colorBrandForegroundLink,
    theme.colorBrandForegroundLinkHover,
  ].every((colour) => contrast(theme.colorNeutralBackground2, colour) >= READABLE);
}
