/**
 * The add-in's manifest, made of a template and a few values (spec: Office add-in 1). Pure.
 *
 * Outlook clients that know version 1.1 of the overrides use the inner block only, which inherits nothing; older ones use
 * the outer block and know no flags of panes. So both are made of the same parts.
 */
import { BUTTON_ICON_SIZES, COMMANDS_PAGE, PANE_PAGE, SYNC_FUNCTION } from '../../contract/ribbon.ts';

export interface ManifestValues {
  /** Of the package: `0.1.0`. */
  readonly version: string;
  /** Where Outlook gets the pages from: scheme, host and port. */
  readonly origin: string;
  /** The bridge's port where its pages come from elsewhere; null where they come from the bridge. */
  readonly bridgePort: number | null;
}

/** Another id would be another add-in. */
export const ADDIN_ID = '5f0c8a4e-3b7d-4a52-9d1e-6c2b90f7e3a8';
/** Where the window for signing in goes. */
export const SIGN_IN_DOMAIN = 'https://login.microsoftonline.com';

const OVERRIDES = 'http://schemas.microsoft.com/office/mailappversionoverrides';

interface Surface {
  readonly point: string;
  readonly id: string;
  /** Flags of the pane that only version 1.1 knows. Appointments cannot pin. */
  readonly flags: readonly string[];
}

const surfaces: readonly Surface[] = [
  {
    point: 'MessageReadCommandSurface',
    id: 'readMessage',
    flags: ['SupportsPinning', 'SupportsNoItemContext'],
  },
  { point: 'MessageComposeCommandSurface', id: 'composeMessage', flags: ['SupportsPinning'] },
  { point: 'AppointmentOrganizerCommandSurface', id: 'organizer', flags: [] },
  { point: 'AppointmentAttendeeCommandSurface', id: 'attendee', flags: [] },
];

const shortStrings = {
  'Group.Label': 'Device Sync',
  'Sync.Label': 'Sync',
  'Open.Label': 'Device Sync',
};

const longStrings = {
  'Sync.Tip':
    'Syncs contacts, calendar and tasks with the handheld now. The sync program must be running on this PC.',
  'Open.Tip':
    'Shows the state of the handheld, conflicts, the history and the settings of the sync. The sync program must be running on this PC.',
};

/** Lines are joined without a blank line; what is deeper is indented by whoever puts it in. */
const lines = (...parts: readonly string[]): string => parts.join('\n');
const indent = (text: string, by: number): string => text.replaceAll(/^(?=.)/gm, ' '.repeat(by));

export function renderManifest(values: ManifestValues): string {
  const { version, origin } = values;
  const asset = (size: number): string => `${origin}/assets/icon-${size}.png`;
  return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<!-- Made by "npm run manifest" of a template: change bridge/manifest/render.ts instead. -->
<OfficeApp xmlns="http://schemas.microsoft.com/office/appforoffice/1.1"
           xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
           xmlns:bt="http://schemas.microsoft.com/office/officeappbasictypes/1.0"
           xsi:type="MailApp">
  <Id>${ADDIN_ID}</Id>
  <Version>${version}.0</Version>
  <ProviderName>outlook-device-sync</ProviderName>
  <DefaultLocale>en-US</DefaultLocale>
  <DisplayName DefaultValue="Device Sync"/>
  <Description DefaultValue="Syncs contacts, calendar and tasks with a handheld by way of a sync program on this PC."/>
  <IconUrl DefaultValue="${asset(64)}"/>
  <HighResolutionIconUrl DefaultValue="${asset(128)}"/>
  <SupportUrl DefaultValue="${pageUrl(values, PANE_PAGE)}"/>
  <AppDomains>
    <AppDomain>${origin}</AppDomain>
    <AppDomain>${SIGN_IN_DOMAIN}</AppDomain>
  </AppDomains>
  <Hosts>
    <Host Name="Mailbox"/>
  </Hosts>
  <Requirements>
    <Sets DefaultMinVersion="1.5">
      <Set Name="Mailbox"/>
    </Sets>
  </Requirements>
  <FormSettings>
    <Form xsi:type="ItemRead">
      <DesktopSettings>
        <SourceLocation DefaultValue="${pageUrl(values, PANE_PAGE)}"/>
        <RequestedHeight>300</RequestedHeight>
      </DesktopSettings>
    </Form>
  </FormSettings>
  <Permissions>ReadItem</Permissions>
  <Rule xsi:type="RuleCollection" Mode="Or">
    <Rule xsi:type="ItemIs" ItemType="Message" FormType="Read"/>
    <Rule xsi:type="ItemIs" ItemType="Appointment" FormType="Read"/>
  </Rule>
  <DisableEntityHighlighting>false</DisableEntityHighlighting>
  <VersionOverrides xmlns="${OVERRIDES}" xsi:type="VersionOverridesV1_0">
${indent(block(values, ''), 4)}
    <VersionOverrides xmlns="${OVERRIDES}/1.1" xsi:type="VersionOverridesV1_1">
${indent(block(values, '11'), 6)}
    </VersionOverrides>
  </VersionOverrides>
</OfficeApp>
`;
}

function pageUrl({ origin, bridgePort }: ManifestValues, page: string): string {
  return `${origin}/${page}${bridgePort === null ? '' : `?bridge=${bridgePort}`}`;
}

/** What both versions of the overrides consist of. `suffix` keeps ids apart; with one, flags of panes are known. */
function block(values: ManifestValues, suffix: '' | '11'): string {
  return lines(
    '<Requirements>',
    '  <bt:Sets DefaultMinVersion="1.5">',
    '    <bt:Set Name="Mailbox"/>',
    '  </bt:Sets>',
    '</Requirements>',
    '<Hosts>',
    '  <Host xsi:type="MailHost">',
    '    <DesktopFormFactor>',
    '      <FunctionFile resid="Commands.Url"/>',
    ...surfaces.map((surface) => indent(extensionPoint(surface, suffix), 6)),
    '    </DesktopFormFactor>',
    '  </Host>',
    '</Hosts>',
    resources(values),
  );
}

function extensionPoint({ point, id, flags }: Surface, suffix: '' | '11'): string {
  const known = suffix === '' ? [] : flags;
  return lines(
    `<ExtensionPoint xsi:type="${point}">`,
    '  <OfficeTab id="TabDefault">',
    `    <Group id="${id}Group${suffix}">`,
    '      <Label resid="Group.Label"/>',
    indent(
      button(`${id}Sync${suffix}`, 'Sync', [
        '<Action xsi:type="ExecuteFunction">',
        `  <FunctionName>${SYNC_FUNCTION}</FunctionName>`,
        '</Action>',
      ]),
      6,
    ),
    indent(
      button(`${id}Open${suffix}`, 'Open', [
        '<Action xsi:type="ShowTaskpane">',
        '  <SourceLocation resid="Pane.Url"/>',
        ...known.map((flag) => `  <${flag}>true</${flag}>`),
        '</Action>',
      ]),
      6,
    ),
    '    </Group>',
    '  </OfficeTab>',
    '</ExtensionPoint>',
  );
}

function button(id: string, words: 'Sync' | 'Open', action: readonly string[]): string {
  return lines(
    `<Control xsi:type="Button" id="${id}">`,
    `  <Label resid="${words}.Label"/>`,
    '  <Supertip>',
    `    <Title resid="${words}.Label"/>`,
    `    <Description resid="${words}.Tip"/>`,
    '  </Supertip>',
    '  <Icon>',
    ...BUTTON_ICON_SIZES.map((size) => `    <bt:Image size="${size}" resid="Icon.${size}"/>`),
    '  </Icon>',
    indent(lines(...action), 2),
    '</Control>',
  );
}

function resources(values: ManifestValues): string {
  const list = (name: string, element: string, entries: Readonly<Record<string, string>>): string =>
    lines(
      `  <bt:${name}>`,
      ...Object.entries(entries).map(
        ([id, value]) => `    <bt:${element} id="${id}" DefaultValue="${value}"/>`,
      ),
      `  </bt:${name}>`,
    );
  return lines(
    '<Resources>',
    list(
      'Images',
      'Image',
      Object.fromEntries(
        BUTTON_ICON_SIZES.map((size) => [`Icon.${size}`, `${values.origin}/assets/icon-${size}.png`]),
      ),
    ),
    list('Urls', 'Url', {
      'Commands.Url': pageUrl(values, COMMANDS_PAGE),
      'Pane.Url': pageUrl(values, PANE_PAGE),
    }),
    list('ShortStrings', 'String', shortStrings),
    list('LongStrings', 'String', longStrings),
    '</Resources>',
  );
}
