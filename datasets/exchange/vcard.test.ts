// Contacts as vCards and back (spec: datasets 10.1).
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { arbitraryContact } from '../../test/arbitraries/contacts.ts';
import { DEVICE_ID, example, readContact } from '../../test/support/contact-records.ts';
import { contacts, stableJson, type Fields } from '../index.ts';
import { fromVcards, toVcard, type Imported } from './index.ts';

const card = (...lines: string[]) => ['BEGIN:VCARD', 'VERSION:4.0', ...lines, 'END:VCARD', ''].join('\r\n');
const only = ({ records, problems }: Imported) => {
  expect(problems).toEqual([]);
  expect(records).toHaveLength(1);
  return records[0]!;
};
const read = (...lines: string[]) => only(fromVcards(card('N:;;;;', ...lines)));
const codes = (record: { losses: readonly { code: string }[] }) => record.losses.map(({ code }) => code);

describe('#110 vCard round trip', () => {
  const { fields } = readContact(example('contact-01-device-full'));
  const written = toVcard(fields, DEVICE_ID);

  test('of contact-01: identical, and what other readers may not know is named', () => {
    const back = only(fromVcards(written.text));
    expect(back.id).toBe(DEVICE_ID);
    expect(back.losses).toEqual([]);
    expect(contacts.canonical(back.fields)).toEqual(contacts.canonical(fields));
    expect(back.fields['PhoneNumbers@default']).toBe('+47 400 00 001');
    expect(codes(written)).toEqual(['V2', 'V4', 'V5']);
  });

  test('of contact-01: says each field as the table has it', () => {
    const lines = written.text.replaceAll('\r\n ', '').split('\r\n');
    expect(lines.slice(0, 2)).toEqual(['BEGIN:VCARD', 'VERSION:4.0']);
    for (const line of [
      'FN:Dr. Marit Solveig Øvregård PhD',
      'N;ALTID=1:Øvregård;Marit;Solveig;Dr.;PhD',
      'N;ALTID=1;PHONETIC=script:UR-vre-gor;MAH-rit;;;',
      'ORG;ALTID=1:Fjordlys & Sønner AS;R&D <north>;B2-114',
      'RELATED;TYPE=agent;VALUE=text:Pål Lie',
      'X-MANAGER;VALUE=TEXT:Siri "Boss" Dahl',
      'RELATED;TYPE=child;VALUE=text:Nora',
      'RELATED;TYPE=child;VALUE=text:Emil',
      'BDAY:19790228',
      'GENDER:F',
      'NOTE:First line\\nSecond line\\n\\nFourth line',
      'URL;TYPE=work:https://fjordlys.example/',
      'ADR;TYPE=work:;;Industriveien 40\\nHall C;Tønsberg;;3125;Norway',
      'TEL;TYPE=home,cell;PREF=1:+47 400 00 001',
      'EMAIL;PREF=1:marit@fjordlys.example',
      'CATEGORIES:Business,Choir',
      'X-QDSYNC-CF;X-KEY=Locker;VALUE=TEXT:12',
    ]) {
      expect(lines).toContain(line);
    }
    expect(lines.some((line) => line.startsWith('PHOTO:data:image/png;base64,iVBOR'))).toBe(true);
    const octets = written.text.split('\r\n').map((line) => new TextEncoder().encode(line).length);
    expect(Math.max(...octets)).toBeLessThanOrEqual(76);
  });

  test('of any contact: nothing is lost', () => {
    fc.assert(
      fc.property(arbitraryContact(), fc.string(), (fields, id) => {
        const back = only(fromVcards(toVcard(fields, id).text));
        expect(back.losses).toEqual([]);
        expect(stableJson(contacts.canonical(back.fields))).toBe(stableJson(contacts.canonical(fields)));
      }),
      { numRuns: 200 },
    );
  });

  test('of several contacts in one text: all, in order, each with its line', () => {
    const text = toVcard({ FirstName: 'A' }, '1').text + toVcard({ FirstName: 'B' }, 'urn:uuid:2').text;
    const { records } = fromVcards(text);
    expect(records.map(({ id, fields, line }) => [id, fields, line])).toEqual([
      ['1', { FirstName: 'A' }, 1],
      ['urn:uuid:2', { FirstName: 'B' }, 8],
    ]);
  });
});

describe('cards of other programs', () => {
  test.each<[code: string, lines: string[], fields: Fields]>([
    ['V1', ['FN:The Boss', 'N:Dahl;Siri;;;'], { FirstName: 'Siri', LastName: 'Dahl' }],
    ['V3', ['ORG:A;B;C;D'], { Company: 'A', Department: 'B / C / D' }],
    ['V6', ['RELATED;TYPE=spouse:urn:uuid:1'], {}],
    ['V7', ['NICKNAME:Mari,Mar'], { Nickname: 'Mari, Mar' }],
    ['V8', ['BDAY:--0415'], {}],
    ['V8', ['BDAY;VALUE=text:about 1800'], {}],
    ['V8', ['BDAY:19790231'], {}],
    ['V8', ['BDAY:19790228T115900Z'], { Birthday: '1979-02-28' }],
    ['V9', ['GENDER:O;intergender'], {}],
    ['V10', ['PHOTO:https://x.example/a.jpg'], {}],
    ['V11', ['NOTE:a', 'NOTE:b'], { Notes: 'a\n\nb' }],
    ['V12', ['URL:https://a.example/', 'URL:https://b.example/'], { BusinessWebpage: 'https://a.example/' }],
    ['V13', ['ADR:Box 1;;Main 1;Oslo;;;'], { 'Addresses/Home': { City: 'Oslo', Street: 'Box 1\nMain 1' } }],
    ['V13', ['ADR:;;A;;;;', 'ADR;TYPE=home:;;B;;;;'], { 'Addresses/Home': { Street: 'A' } }],
    ['V14', ['TEL;TYPE=home,pager:1'], {}],
    ['V14', ['TEL;TYPE=textphone:1'], {}],
    ['V15', ['EMAIL;TYPE=work:a@x.example'], { EmailAddresses: ['a@x.example'] }],
    ['V16', ['IMPP:xmpp:a@x.example'], {}],
  ])('%s: %j', (code, lines, fields) => {
    const names = lines.some((line) => line.startsWith('N:')) ? lines : ['N:;;;;', ...lines];
    const record = only(fromVcards(card(...names)));
    expect(codes(record)).toEqual([code]);
    expect(record.fields).toEqual(fields);
  });

  test('numbers: an untyped one is that of home, an untyped cell too; PREF and addresses of tel:', () => {
    expect(read('TEL:1', 'TEL;TYPE=cell:2', 'TEL;VALUE=uri;TYPE="work,voice";PREF=2:tel:+3').fields).toEqual({
      'PhoneNumbers/HomePhone': '1',
      'PhoneNumbers/HomeMobile': '2',
      'PhoneNumbers/BusinessPhone': '+3',
      'PhoneNumbers@default': '+3',
    });
  });

  test('version 3.0, groups, and a name to show alone', () => {
    const text =
      'BEGIN:VCARD\nVERSION:3.0\nFN:Ada King Lovelace\nTEL;TYPE=HOME:4\nitem1.TEL;type=WORK;type=pref:5\n' +
      'EMAIL;TYPE=INTERNET:a@x.example\nBDAY:1815-12-10\nEND:VCARD\n';
    const record = only(fromVcards(text));
    expect(record.losses).toEqual([]);
    expect(record.fields).toEqual({
      FirstName: 'Ada King',
      LastName: 'Lovelace',
      'PhoneNumbers/HomePhone': '4',
      'PhoneNumbers/BusinessPhone': '5',
      'PhoneNumbers@default': '5',
      EmailAddresses: ['a@x.example'],
      Birthday: '1815-12-10',
    });
  });

  test('children that are commas only come back too', () => {
    expect(only(fromVcards(toVcard({ Children: ', ' }, '1').text)).fields.Children).toBe(', ');
  });

  test('children whose names someone has changed are those of the card', () => {
    const text = toVcard({ Children: 'Nora;Emil,  Ola' }, '1').text;
    expect(only(fromVcards(text)).fields.Children).toBe('Nora;Emil,  Ola');
    expect(only(fromVcards(text.replace('text:Ola', 'text:Per'))).fields.Children).toBe('Nora;Emil, Per');
  });
});
