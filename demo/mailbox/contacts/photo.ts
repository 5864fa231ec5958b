import type { Backend } from '../backend.ts';
import { bytes, json, noContent, type Answer } from '../protocol/answer.ts';
import { badRequest, GraphFault, notSupported } from '../protocol/fault.ts';
import type { Call } from '../router.ts';
import type { ItemRow, Writer } from '../store/items.ts';
import type { Photo } from '../store/photos.ts';
import { imageSize, recode } from './image.ts';
import { contactOf } from './items.ts';
import { contactsContext, contentOf, idOf } from './render.ts';

/** Photos of contacts: read, written, never deleted through the API (spec: graph 2.5). */

const maxPhotoBytes = 4 * 1024 * 1024;

export function photoMetadata(backend: Backend, call: Call): Answer {
  const { row, photo } = findPhoto(backend, call);
  const { width, height } = photo;
  const id = idOf(row, {
    mailbox: call.mailbox,
    ids: call.request.preferences.ids,
    switches: backend.switches,
  });
  return json(200, {
    '@odata.context': `${contactsContext(call.mailbox)}('${encodeURIComponent(id)}')/photo/$entity`,
    '@odata.mediaContentType': photo.type,
    '@odata.mediaEtag': mediaEtag(photo),
    id: `${width}X${height}`,
    width,
    height,
  });
}

export function photoBytes(backend: Backend, call: Call): Answer {
  const { photo } = findPhoto(backend, call);
  return bytes(photo.type, photo.bytes, { ETag: mediaEtag(photo) });
}

export function putPhoto(backend: Backend, call: Call): Answer {
  const { request } = call;
  if (backend.switches.photos === 'refused') throw notSupported();
  const row = contactOf(backend, call);
  const type = request.headers.get('content-type') ?? '';
  if (!/^image\/(jpeg|png|\*)/i.test(type))
    throw badRequest(`A photo of content type '${type}' cannot be stored.`);
  storePhoto(backend, row, request.body, 'api');
  return noContent(200);
}

/** Keeps a photo and sets the picture flag. Throws a GraphFault: 413 above 4 MB, 400 for no JPEG or PNG. */
export function storePhoto(backend: Backend, row: ItemRow, file: Buffer, writer: Writer): void {
  if (file.length >= maxPhotoBytes) {
    throw new GraphFault(413, 'RequestEntityTooLarge', 'The photo exceeds the maximum size of 4 MB.');
  }
  const size = imageSize(file);
  if (size === undefined)
    throw new GraphFault(400, 'ErrorInvalidImage', 'The photo is neither a JPEG nor a PNG file.');
  const recoded = backend.switches.photoStorage === 'recoded';
  const { width, height } = size;
  const photo = recoded
    ? { type: 'image/jpeg', width, height, bytes: recode(file, size) }
    : { type: `image/${size.kind}`, width, height, bytes: file };
  backend.db.transaction(() => {
    backend.photos.put(row.id, photo);
    flagPicture(backend, row, true, writer);
  });
}

/** What only a person in Outlook can do. */
export function erasePhoto(backend: Backend, row: ItemRow): void {
  backend.db.transaction(() => {
    backend.photos.remove(row.id);
    flagPicture(backend, row, false, 'person');
  });
}

function flagPicture(backend: Backend, row: ItemRow, picture: boolean, writer: Writer): void {
  backend.contacts.setPicture(row, picture);
  if (backend.switches.photoWrite === 'touchesContact')
    backend.contacts.update(row, contentOf(row), [], writer);
}

function findPhoto(backend: Backend, call: Call): { readonly row: ItemRow; readonly photo: Photo } {
  const row = contactOf(backend, call);
  const photo = backend.switches.photos === 'refused' ? undefined : backend.photos.get(row.id);
  if (photo === undefined) {
    throw new GraphFault(
      404,
      backend.switches.noPhotoCode,
      'The specified object was not found in the store.',
    );
  }
  return { row, photo };
}

function mediaEtag(photo: Photo): string {
  return `"${photo.version.toString(16).toUpperCase().padStart(8, '0')}"`;
}
