/** What an administrator has to register and configure for a manifest. Pure. */

export interface RegistrationValues {
  readonly origin: string;
  readonly bridgePort: number | null;
  readonly clientId: string | null;
}

/** The permissions that the add-in may ask for; docs/admin.md tells why. */
const permissions = [
  'offline_access',
  'openid',
  'profile',
  'User.Read',
  'MailboxSettings.Read',
  'Contacts.ReadWrite',
  'Calendars.ReadWrite',
  'Tasks.ReadWrite',
];

/** Addresses of a single-page application, in this order: the one of Outlook must not be the first. */
export function redirectAddresses(origin: string): readonly string[] {
  const { host } = new URL(origin);
  return [`${origin}/consent.html`, `${origin}/auth.html`, `${origin}/dialog.html`, `brk-multihub://${host}`];
}

/** Where an administrator agrees to the permissions for the whole organisation. */
export function consentAddress(origin: string, clientId: string): string {
  const query = new URLSearchParams({
    client_id: clientId,
    scope: permissions.join(' '),
    redirect_uri: `${origin}/consent.html`,
  });
  return `https://login.microsoftonline.com/organizations/v2.0/adminconsent?${query.toString().replaceAll('+', '%20')}`;
}

export function registrationText({ origin, bridgePort, clientId }: RegistrationValues): string {
  const isLocal = new URL(origin).hostname === 'localhost';
  const configuration = {
    ...(bridgePort === null &&
      !isLocal && { origin, originCertificate: { certificate: 'PEM FILE', key: 'PEM FILE OF ITS KEY' } }),
    ...(bridgePort !== null && { pagesOrigin: origin, port: bridgePort }),
    outlook: { clientId: clientId ?? 'APPLICATION (CLIENT) ID' },
  };
  return [
    '',
    'Redirect addresses of the app registration, platform “Single-page application”, in this order:',
    ...redirectAddresses(origin).map((address) => `  ${address}`),
    ...(clientId === null
      ? []
      : ['Consent for the whole organisation:', `  ${consentAddress(origin, clientId)}`]),
    'Configuration of the bridge on each PC:',
    `  ${JSON.stringify(configuration)}`,
    ...(bridgePort === null ? [] : ['Put the files of dist/pages on that server as they are.']),
    '',
  ].join('\n');
}
