import { z } from 'zod';

const calendarSwitches = {
  /** `/events/delta`, which is promised for beta only (14 b). */
  eventsDelta: z.enum(['offered', 'badRequest', 'notFound']).default('offered'),
  /** What a row of events/delta shows without `$select`: id, type, start and end, or everything. */
  eventsDeltaProperties: z.enum(['limited', 'full']).default('limited'),
  /** Whether calendarView/delta delivers the row of a series beside its occurrences. */
  masterRows: z.enum(['delivered', 'missing']).default('delivered'),
  /** Whether the limit of 1825 days holds for calendarView/delta (14 m). */
  deltaWindowLimit: z.enum(['checked', 'unchecked']).default('checked'),
  /** cancelledOccurrences and exceptionOccurrences of a series (14 c). */
  seriesDetails: z.enum(['offered', 'refused']).default('offered'),
  /** A change of the start, end or recurrence of a series: its exceptions and cancelled days go, or stay. */
  seriesChange: z.enum(['dropsExceptions', 'keepsExceptions']).default('dropsExceptions'),
  /** originalStartTimeZone and originalEndTimeZone: the zones of the last write, or those of the creation. */
  originalZones: z.enum(['followWrites', 'fixed']).default('followWrites'),
  /** Time zones by IANA name in bodies and preferences. */
  ianaZones: z.enum(['accepted', 'refused']).default('accepted'),
  /** Text bodies read as text: with the service's line ends and a last empty line, or as they were sent. */
  textBodies: z.enum(['normalised', 'asSent']).default('normalised'),
  /** Whether writes of reminder, categories, showAs and sensitivity of a meeting send mail. */
  personalWrites: z.enum(['silent', 'mailed']).default('silent'),
  /** The same POST with the same transactionId once more: 201 with the event that is there, or an error. */
  transactionRepeat: z.enum(['existing', 'refused']).default('existing'),
  /** The status of ErrorDuplicateTransactionId (14 l). */
  duplicateTransactionStatus: z.int().min(400).max(599).default(409),
  /** Whether each occurrence of a series has an iCalUId of its own. */
  iCalUIds: z.enum(['perOccurrence', 'perSeries']).default('perOccurrence'),
  /** `/me/calendar/events/{id}`, whose spelling the service may refuse. */
  calendarEventById: z.enum(['refused', 'accepted']).default('refused'),
  /** Whether a write of an open extension moves the item's change key (and so shows in delta). */
  extensionWrite: z.enum(['leavesItem', 'touchesItem']).default('leavesItem'),
  /** PATCH of an open extension: what it does not name is gone, or stays. */
  extensionPatch: z.enum(['replaces', 'merges']).default('replaces'),
};

const taskSwitches = {
  /** Immutable ids of tasks (14 j). */
  taskImmutableIds: z.enum(['ignored', 'honoured']).default('ignored'),
  /** recurrence in the POST of a task (14 h). */
  taskRecurrencePost: z.enum(['accepted', 'refused']).default('accepted'),
  /** recurrence in the PATCH of a task (14 h). */
  taskRecurrencePatch: z.enum(['refused', 'accepted']).default('refused'),
  /** recurrence in lists and delta: only with `$filter=status ne 'completed'`, or always. */
  taskRecurrenceInLists: z.enum(['filteredOnly', 'always']).default('filteredOnly'),
  /** `$select` on tasks: no effect, no effect but an error for title, or as everywhere. */
  taskSelect: z.enum(['ignored', 'titleFails', 'works']).default('ignored'),
  /** What the time of a due date is cut off from: the date as it was written, or the one in UTC. */
  dueDateCut: z.enum(['localDate', 'utcDate']).default('localDate'),
  /** PATCH of the due date of a recurring task: moves it, or leaves an open double behind. */
  recurringDueChange: z.enum(['moves', 'duplicates']).default('moves'),
  /** A recurring task that is completed: its id goes on to the next due date, or stays with the completed one. */
  recurringCompletion: z.enum(['idLivesOn', 'idCompletes']).default('idLivesOn'),
  /** Which of the two is written first, and so stands first in delta. */
  recurringCompletionOrder: z.enum(['originalFirst', 'copyFirst']).default('originalFirst'),
  /** linkedResources of the second task that a recurring one leaves behind. */
  recurringCopyLinks: z.enum(['none', 'copied']).default('none'),
  /** The removed row of a task (14 i): as everywhere, without a reason, or none at all. */
  taskRemovals: z.enum(['withReason', 'withoutReason', 'missing']).default('withReason'),
  /** Whether a change of a task's steps or linked resources moves the task (14 i). */
  checklistWrite: z.enum(['touchesTask', 'leavesTask']).default('touchesTask'),
  /** linkedResources of a task that is read: only with `$expand`, or always. */
  linkedResources: z.enum(['onExpand', 'always']).default('onExpand'),
  /** Open extensions of tasks: read back, or created but not found again. */
  taskExtensions: z.enum(['readable', 'unreadable']).default('readable'),
};

/**
 * Every behaviour of Graph that nobody could verify, or that surprises, as a switch; the default is the likelier
 * side. Tests run our client against both (spec: graph 13, 14).
 */
export const switchesSchema = z.strictObject({
  /** Whether `GET /me/contactFolders` lists the default folder (14 n). */
  defaultFolder: z.enum(['hidden', 'listed']).default('hidden'),
  /** `/me/contactFolders/contacts` as another name of the default folder. */
  contactsAlias: z.enum(['refused', 'accepted']).default('refused'),
  /** `/me/contacts/delta` without a folder id (14 a). */
  contactsDelta: z.enum(['offered', 'refused']).default('offered'),
  /** `$expand` on the first call of a delta (14 e): 500, or it works. */
  deltaExpand: z.enum(['fails', 'works']).default('fails'),
  /** Whether `$select` narrows which changes a delta reports. */
  deltaSelect: z.enum(['allChanges', 'selectedOnly']).default('allChanges'),
  /** A change of nothing but extended properties. */
  deltaExtendedOnly: z.enum(['reported', 'silent']).default('reported'),
  /** An item created and removed between two rounds. */
  deltaUnseenRemovals: z.enum(['reported', 'silent']).default('reported'),
  /** What `$top` cuts off a delta round: gone for good, or left for the next round. */
  deltaTopRest: z.enum(['lost', 'kept']).default('lost'),
  /** The answer to a delta token that is no longer kept. */
  deadToken: z.enum(['gone', 'goneWithLocation', 'badRequest']).default('gone'),
  /** How many generations of a stream's tokens live (14 r). */
  generationsKept: z.int().min(1).max(1000).default(3),
  removedReason: z.enum(['deleted', 'changed']).default('deleted'),
  /** Whether delta replays what was written through the API. */
  ownWrites: z.enum(['echoed', 'silent']).default('echoed'),
  /** `If-Match` on contacts, events and tasks (14 d). */
  ifMatch: z.enum(['checked', 'ignored']).default('checked'),
  /** The spelling of extended property ids in answers (14 g). */
  extendedIds: z.enum(['lowerCase', 'asAsked']).default('lowerCase'),
  /** What removes an extended property (14 f); the other spelling leaves it as it is (null) or empty (""). */
  extendedClearing: z.enum(['either', 'null', 'emptyString']).default('either'),
  /** How far a filter by extended property looks. */
  extendedFilterScope: z.enum(['mailbox', 'folder']).default('mailbox'),
  /** displayName, fileAs and initials after a change of the name's parts. */
  derivedNames: z.enum(['regenerated', 'kept']).default('regenerated'),
  emptyStrings: z.enum(['null', 'kept']).default('null'),
  dateOnlyBirthday: z.enum(['refused', 'accepted']).default('refused'),
  readOnlyProperties: z.enum(['refused', 'ignored']).default('refused'),
  unknownProperties: z.enum(['refused', 'ignored']).default('refused'),
  /** primaryEmailAddress and its two sisters in answers (14 p). */
  primaryEmails: z.enum(['absent', 'present']).default('absent'),
  /** PATCH of parentFolderId. */
  moveByPatch: z.enum(['ignored', 'moves', 'refused']).default('ignored'),
  permanentDelete: z.enum(['offered', 'refused']).default('offered'),
  /** Names that the organisation's directory forces upon e-mail addresses: address to name. */
  directory: z.record(z.string(), z.string()).default({}),
  /** The error code of "too many entries" (14 l). */
  limitCode: z.string().min(1).default('ErrorInvalidProperty'),
  /** imAddresses per contact (14 o). */
  imAddressLimit: z.int().min(1).max(100).default(3),
  /** Distribution lists of the default folder: counted by `$count`, never returned. */
  distributionLists: z.int().min(0).max(1000).default(0),
  /** Photos of contacts, which personal accounts may lack (14 k). */
  photos: z.enum(['offered', 'refused']).default('offered'),
  noPhotoCode: z.enum(['ErrorItemNotFound', 'ImageNotFound']).default('ErrorItemNotFound'),
  /** Whether the service keeps a photo's bytes or encodes it anew as JPEG. */
  photoStorage: z.enum(['asSent', 'recoded']).default('asSent'),
  /** Whether a new photo moves the contact's change key (and so shows in delta). */
  photoWrite: z.enum(['leavesContact', 'touchesContact']).default('leavesContact'),
  defaultPageSize: z.int().min(1).max(1000).default(10),
  /** Counts open requests and requests per ten minutes, and answers 429 above the limits. */
  meter: z.enum(['off', 'on']).default('off'),
  mailboxConcurrency: z.int().min(1).max(1000).default(4),
  /** How many parts of a $batch reach the mailbox at a time. */
  batchConcurrency: z.int().min(1).max(20).default(4),
  requestsPerTenMinutes: z.int().min(1).default(10_000),
  /** Retry-After of the meter's refusals: seconds, may have a fraction. */
  retryAfter: z
    .string()
    .regex(/^\d+(\.\d+)?$/)
    .default('2.128'),
  /** How long each request keeps the mailbox busy, in milliseconds. */
  serviceTime: z.int().min(0).max(60_000).default(0),
  batchOrder: z.enum(['shuffled', 'asAsked']).default('shuffled'),
  /** Seconds from a token's first use to its 401; 0 = it never expires. */
  tokenLifetime: z.int().min(0).default(0),
  /** Rows of a delta page that the next page repeats. */
  duplicateRows: z.int().min(0).max(1000).default(0),
  /** Each delta round starts with the rows of the round before. */
  replay: z.enum(['off', 'lastRound']).default('off'),
  /** Every n-th page of a delta round is empty and has a nextLink; 1 = endless empty pages; 0 = none. */
  emptyPageEvery: z.int().min(0).max(1000).default(0),
  /** Removals of ids that never existed, on the first page of each delta round. */
  unknownRemovals: z.int().min(0).max(1000).default(0),
  ...calendarSwitches,
  ...taskSwitches,
});

export type Switches = z.output<typeof switchesSchema>;

/** What a caller may set: any part of the switches. */
export type SwitchSettings = Partial<Switches>;

export const defaultSwitches: Switches = switchesSchema.parse({});
