/** The four Office themes, as Outlook tells them to its add-ins. */
const dark = { bodyForegroundColor: '#ffffff', controlForegroundColor: '#ffffff' };
const light = { bodyForegroundColor: '#000000', controlForegroundColor: '#000000' };

export const OFFICE_THEMES = [
  ['Colourful', { ...light, bodyBackgroundColor: '#faf9f8', controlBackgroundColor: '#ffffff' }],
  ['White', { ...light, bodyBackgroundColor: '#ffffff', controlBackgroundColor: '#ffffff' }],
  ['Dark grey', { ...dark, bodyBackgroundColor: '#444444', controlBackgroundColor: '#666666' }],
  ['Black', { ...dark, bodyBackgroundColor: '#262626', controlBackgroundColor: '#363636' }],
] as const;
