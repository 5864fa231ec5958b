/** Codes of the error catalogue that reading a record can give. The catalogue itself lies above this folder. */

/** The document is not a record at all. */
export type ErrorCodeOfRecord =
  | 'record.not-xml'
  | 'record.not-json'
  | 'record.forbidden-xml'
  | 'record.too-large'
  | 'record.wrong-root'
  | 'record.structure';

/** The record was accepted; something in it was repaired or left out. */
export type WarningCode =
  'record.bad-date' | 'record.bad-value' | 'record.control-characters' | 'record.unknown-element';
