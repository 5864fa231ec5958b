/**
 * The HTTP API between pages, hosts, the CLI and the bridge: paths and bodies. JSON only, HTTPS, loopback.
 *
 * Every call but `hello` and the `pair/*` ones a page needs carries `Authorization: Bearer KEY`: a page's own
 * session key, or the token that only this user can read from a file. The CLI's token may do everything; a page's
 * key may not confirm pairings.
 */
import { z } from 'zod';
import { unattendedStatusSchema } from './unattended.ts';
import { errorInfoSchema, jobSchema, progressSchema } from './job.ts';
import {
  mailboxIdentitySchema,
  mailboxItemSchema,
  mailboxOperationSchema,
  mailboxResultSchema,
  readPageSchema,
  readRequestSchema,
  snapshotSchema,
} from './server-plugin.ts';

export const DEFAULT_PORT = 24245;

/** The user of the local mailbox, where nobody names another. */
export const DEFAULT_LOCAL_USER = 'user';

export const paths = {
  /** GET, no key: that this is the bridge, and its version. */
  hello: '/api/hello',
  /** POST, no key: the bridge proves that it knows the caller's secret (bridge-proof.ts). */
  prove: '/api/prove',
  /** POST, no key: a page asks to be paired and gets a code to show. */
  pairStart: '/api/pair/start',
  /** POST, no key: the page asks whether its code has been confirmed, and gets its key once. */
  pairClaim: '/api/pair/claim',
  /** POST, CLI token: the person confirms a code. */
  pairConfirm: '/api/pair/confirm',
  /** POST, CLI token: makes a one-time secret for a page to be opened. */
  pairInvite: '/api/pair/invite',
  /** POST, no key: a page trades a one-time secret for its key. */
  pairRedeem: '/api/pair/redeem',
  /** GET, CLI token: the pages that hold a key. DELETE /api/pair/pages/ID takes a key back at once. */
  pairPages: '/api/pair/pages',
  status: '/api/status',
  /** GET. POST adds a device to the configuration; DELETE /api/devices/NAME takes one out of it. */
  devices: '/api/devices',
  ports: '/api/ports',
  /** GET: devices that announce themselves on the network; takes three seconds. */
  found: '/api/found',
  /** POST, CLI token: the next device under this name is taken for it. */
  acceptDevice: '/api/devices/accept',
  /** POST: a person has compared the code that this device shows. */
  compareCode: '/api/devices/code',
  /** POST, CLI token: a person's consent to speak with a device unprotected, or its end. */
  allowUnprotected: '/api/devices/unprotected',
  /** POST: pauses the bridge or lets it go on. */
  pause: '/api/pause',
  /** GET; POST with the CLI token: syncs that nobody asks for. */
  unattended: '/api/unattended',
  /** POST starts a job. */
  sync: '/api/sync',
  /**
   * POST, CLI token: starts a job and is answered with a recording of it, line by line, until it has ended
   * (recording.ts).
   */
  record: '/api/sync/record',
  cancel: '/api/sync/cancel',
  /** POST: a person's answer to a job's question. */
  answer: '/api/sync/answer',
  /** GET, POST: what is chosen for each dataset of each device. */
  settings: '/api/settings',
  /** GET: the conflict inbox. GET /api/conflicts/ID */
  conflicts: '/api/conflicts',
  /** POST: a person's decisions; the next sync carries them out. */
  resolve: '/api/conflicts/resolve',
  /** GET: what the sessions did. GET /api/history/N, /api/history/N/records */
  history: '/api/history',
  /** POST: starts a job that puts back what a session changed. */
  undo: '/api/undo',
  /** GET /api/jobs/ID */
  jobs: '/api/jobs',
  /** GET: server-sent events, read with fetch(); a comment every 15 s. */
  events: '/api/events',
  /** POST, CLI token: the certificate was renewed; it is used for new connections. */
  certificate: '/api/certificate',
  /** POST, CLI token: graceful stop. */
  stop: '/api/stop',
  hostAttach: '/api/host/attach',
  /** POST: waits up to 20 s for the next plugin call. */
  hostNext: '/api/host/next',
  /** POST: the answer to a call. */
  hostAnswer: '/api/host/answer',
  hostDetach: '/api/host/detach',
} as const;

export const helloSchema = z.object({
  product: z.literal('outlook-device-sync'),
  version: z.string(),
  /** What the pages need to know of the Outlook side; never a secret. */
  outlook: z.object({
    /** Graph's address where it is not Microsoft's: the local mailbox of demo and tests. */
    localMailbox: z.string().nullable(),
    /** Whose mailbox there; DEFAULT_LOCAL_USER when left out. */
    localUser: z.string().optional(),
    clientId: z.string().nullable(),
    authority: z.string().nullable(),
    /**
     * Path of a copy of Office.js on the bridge, for pages outside of Outlook: with a local mailbox nothing outside of
     * this computer is reached. Null: there is no copy, and none is loaded. Absent: Microsoft's.
     */
    officeScript: z.string().startsWith('/').nullable().optional(),
  }),
});
export type Hello = z.infer<typeof helloSchema>;

export const pairStartRequestSchema = z.strictObject({ label: z.string().min(1).max(100) });
export const pairStartSchema = z.object({ pairing: z.string(), secret: z.string(), code: z.string() });
export const pairClaimRequestSchema = z.strictObject({
  pairing: z.string().max(100),
  secret: z.string().max(200),
});
export const pairClaimSchema = z.discriminatedUnion('state', [
  z.object({ state: z.literal('waiting') }),
  z.object({ state: z.literal('confirmed'), key: z.string() }),
  z.object({ state: z.literal('expired') }),
]);
export const pairConfirmRequestSchema = z.strictObject({ code: z.string().max(20) });
export const pairConfirmSchema = z.object({ label: z.string() });
export const pairInviteSchema = z.object({ secret: z.string() });
export const pairRedeemRequestSchema = z.strictObject({
  secret: z.string().max(200),
  label: z.string().min(1).max(100),
});
export const pairRedeemSchema = z.object({ key: z.string() });
/** The pages that hold a key; `id` is not secret. */
export const pairedPageSchema = z.object({
  id: z.string(),
  label: z.string(),
  createdOn: z.string(),
  lastUsedOn: z.string(),
});
export type PairedPage = z.infer<typeof pairedPageSchema>;
export const pairedPagesSchema = z.object({ pages: z.array(pairedPageSchema) });

const deviceBannerSchema = z.object({
  version: z.string(),
  challenge: z.string(),
  displayName: z.string(),
  model: z.string(),
  datasets: z.array(z.string()),
});

export const deviceStatusSchema = z.object({
  name: z.string(),
  /** `tcp 192.168.0.202:4245` or `serial /dev/ttyUSB0 at 115200 baud`. */
  link: z.string(),
  state: z.enum(['disconnected', 'connecting', 'waiting-for-allow', 'waiting-for-code', 'connected']),
  /** In the state `waiting-for-code`: what the device shows, too, if nobody is between. */
  code: z.string().optional(),
  /** While connected: `tls`; `none`, by a person's consent; `not-needed`: a cable, or this PC itself. */
  protection: z.enum(['tls', 'none', 'not-needed']).optional(),
  banner: deviceBannerSchema.optional(),
  problem: errorInfoSchema.optional(),
  lastSync: z.string().nullable(),
});
export type DeviceStatus = z.infer<typeof deviceStatusSchema>;

export const statusSchema = z.object({
  version: z.string(),
  pid: z.number().int(),
  address: z.string(),
  /** The Outlook hosts attached now. */
  hosts: z.array(z.object({ label: z.string(), mailbox: z.string(), datasets: z.array(z.string()) })),
  devices: z.array(deviceStatusSchema),
  /** The job that runs, or the last one. */
  job: jobSchema.nullable(),
  /** Conflicts that wait for a person. */
  openConflicts: z.number().int(),
  /** Pairings that wait for their code to be confirmed. */
  pairingsWaiting: z.number().int(),
  /** Absent where an older bridge answers. */
  unattended: unattendedStatusSchema.optional(),
  /** Whether a person has paused the bridge. Absent where an older bridge answers. */
  paused: z.boolean().optional(),
  /** Absent where an older bridge answers. */
  certificate: z
    .object({
      /** ISO 8601, UTC. */
      notAfter: z.string(),
      /** Whether it runs out so soon that the person should renew it. */
      renewSoon: z.boolean(),
    })
    .optional(),
});
export type Status = z.infer<typeof statusSchema>;

const portNumber = z.int().min(1).max(65_535);

/** How a device is reached. What is left out of a link is as in the configuration file. */
export const newLinkSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('tcp'), host: z.string().min(1).max(253), port: portNumber.optional() }),
  z.strictObject({
    kind: z.literal('serial'),
    path: z.string().min(1).max(1000),
    /** In baud. */
    baudRate: z.int().min(50).max(4_000_000).optional(),
    greenphone: z.boolean().optional(),
  }),
]);
export type NewLink = z.infer<typeof newLinkSchema>;

/** POST to `devices`: kept in the configuration, and connected at once. Answered with all devices. */
export const addDeviceRequestSchema = z.strictObject({
  name: z.string().trim().min(1).max(60),
  link: newLinkSchema,
});
export type AddDeviceRequest = z.infer<typeof addDeviceRequestSchema>;

export const pauseRequestSchema = z.strictObject({ paused: z.boolean() });
export const acceptDeviceRequestSchema = z.strictObject({ device: z.string().min(1).max(200) });

/** `code`: what the device shows; null: it shows another one. */
export const compareCodeRequestSchema = z.strictObject({
  device: z.string().min(1).max(200),
  code: z.string().max(20).nullable(),
});
export const allowUnprotectedRequestSchema = z.strictObject({
  device: z.string().min(1).max(200),
  allowed: z.boolean(),
});

export const devicesSchema = z.object({ devices: z.array(deviceStatusSchema) });
export const portSchema = z.object({
  path: z.string(),
  description: z.string(),
  vendorId: z.string().nullable(),
  productId: z.string().nullable(),
  serialNumber: z.string().nullable(),
});
/** A device that announces itself; nothing was sent to it. */
export const foundDeviceSchema = z.object({
  name: z.string(),
  addresses: z.array(z.string()),
  port: z.number().int(),
  model: z.string().nullable(),
  /** What stands for its address in the configuration, `Neo._qdsync._tcp.local`. */
  service: z.string(),
});
export type FoundDevice = z.infer<typeof foundDeviceSchema>;
export const foundSchema = z.object({ devices: z.array(foundDeviceSchema) });
export const portsSchema = z.object({ ports: z.array(portSchema) });
export type Port = z.infer<typeof portSchema>;

export const startedSchema = z.object({ job: z.string() });
export const cancelRequestSchema = z.strictObject({ job: z.string().max(100).optional() });
export const cancelledSchema = z.object({ cancelled: z.boolean() });

/** Events of the stream: `event: NAME` and one line of JSON. */
export const eventSchema = z.discriminatedUnion('event', [
  z.object({ event: z.literal('status'), status: statusSchema }),
  z.object({ event: z.literal('progress'), job: z.string(), progress: progressSchema }),
  z.object({ event: z.literal('job'), job: jobSchema }),
  /** A serial port came or went. */
  z.object({ event: z.literal('ports'), ports: z.array(portSchema) }),
]);
export type BridgeEvent = z.infer<typeof eventSchema>;

// Plugin calls. A call is leased to one host; the host's own requests renew the lease.

/** A host's lease on a call, and how long it may wait between two requests. */
export const LEASE_MS = 30_000;
/** A host starts no write with less than this left of its lease. */
export const LEASE_MARGIN_MS = 10_000;
/** No Graph request of a host outlives this. */
export const GRAPH_REQUEST_MS = 20_000;
/** A call is given to another host only this long after its lease ended. */
export const LEASE_GRACE_MS = 20_000;
/** How long the bridge waits for a host before it gives the session up. */
export const HOST_PATIENCE_MS = 120_000;
/** The largest answer that a host may send, as JSON in UTF-8. */
export const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** How long `hostNext` waits for a call before it answers that there is none. */
export const HOST_POLL_MS = 20_000;

export const attachRequestSchema = z.strictObject({
  mailbox: mailboxIdentitySchema,
  datasets: z.array(z.string().max(40)).min(1).max(20),
  /** For people: "task pane", "headless". */
  label: z.string().min(1).max(100),
});
/** What the person has chosen for the Outlook side, in the bridge's configuration; every host is told. */
export const outlookSettingsSchema = z.object({
  /** Whether changes and removals of meetings, for which Outlook's service mails the attendees, may be made. */
  meetings: z.enum(['read-only', 'writable']).default('read-only'),
  /** Task lists to sync besides the default one, by name or id. */
  taskLists: z.array(z.string().min(1).max(400)).max(20).default([]),
});
export type OutlookSettings = z.infer<typeof outlookSettingsSchema>;

export const DEFAULT_OUTLOOK_SETTINGS: OutlookSettings = outlookSettingsSchema.parse({});

/** `settings` are absent where an older bridge answers. */
export const attachSchema = z.object({
  host: z.string(),
  settings: outlookSettingsSchema.default(DEFAULT_OUTLOOK_SETTINGS),
});
export type Attached = z.infer<typeof attachSchema>;

export const detachRequestSchema = z.strictObject({ host: z.string().max(100) });

export const callSchema = z.discriminatedUnion('method', [
  z.object({ id: z.string(), dataset: z.string(), method: z.literal('read'), request: readRequestSchema }),
  z.object({
    id: z.string(),
    dataset: z.string(),
    method: z.literal('apply'),
    operations: z.array(mailboxOperationSchema).max(100),
  }),
  z.object({
    id: z.string(),
    dataset: z.string(),
    method: z.literal('find'),
    keys: z.array(z.string()).max(1000),
  }),
  z.object({
    id: z.string(),
    dataset: z.string(),
    method: z.literal('snapshot'),
    ids: z.array(z.string()).max(100),
  }),
]);
export type HostCall = z.infer<typeof callSchema>;

/**
 * `cancel` names calls that this host may stop working on. `working` renews the leases of the calls named, from
 * the moment the request arrives.
 */
export const nextRequestSchema = z.strictObject({
  host: z.string().max(100),
  working: z.array(z.string().max(100)).max(20),
  /**
   * How long to wait for a call before answering that there is none; HOST_POLL_MS when left out. A host that
   * works on a call waits shortly: only an answered request tells it that its lease was renewed.
   */
  waitMs: z.number().int().min(0).max(HOST_POLL_MS).optional(),
});
export const nextSchema = z.object({ call: callSchema.nullable(), cancel: z.array(z.string()) });

export const answerRequestSchema = z.strictObject({
  host: z.string().max(100),
  call: z.string().max(100),
  answer: z.discriminatedUnion('method', [
    z.object({ method: z.literal('read'), page: readPageSchema }),
    z.object({ method: z.literal('apply'), results: z.array(mailboxResultSchema).max(100) }),
    z.object({ method: z.literal('find'), items: z.array(mailboxItemSchema) }),
    z.object({ method: z.literal('snapshot'), snapshots: z.array(snapshotSchema).max(100) }),
    /** The whole call failed: signed out, throttled for long, no network. */
    z.object({
      method: z.literal('failed'),
      problem: z.object({ code: z.string(), detail: z.string() }),
      retryAfterMs: z.number().int().nonnegative().optional(),
    }),
  ]),
});
export type HostAnswer = z.infer<typeof answerRequestSchema>['answer'];

export const errorBodySchema = z.object({ error: errorInfoSchema.extend({ detail: z.string() }) });
