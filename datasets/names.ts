/** The datasets’ names on the wire, in the order in which they are synced, for whoever needs no more of them. */
export const datasetNames = ['contacts', 'calendar', 'tasks'] as const;
