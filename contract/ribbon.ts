/** Names that the manifest and the add-in's pages have to agree on. */

/** The function behind the Sync button. */
export const SYNC_FUNCTION = 'syncNow';

/** Sizes of the icons in addin/assets, in pixels: those of the buttons, and of the add-in itself. */
export const BUTTON_ICON_SIZES = [16, 20, 24, 32, 40, 48, 64, 80] as const;
export const ADDIN_ICON_SIZES = [64, 128] as const;

/** Pages that the manifest names. */
export const PANE_PAGE = 'taskpane.html';
export const COMMANDS_PAGE = 'commands.html';
