import { sentences } from '../text.ts';

export const say = sentences('feed', {
  badDoubts: {
    en: 'the doubts are not runs of its readings by quantity',
    ja: '疑わしい項目の指定が、測定値と対応していません',
  },
  tooManyDamaged: { en: 'more than {max} messages are damaged', ja: '壊れたメッセージが{max}件を超えています' },
  tagged: { en: 'it holds a CBOR tag', ja: 'CBORのタグがあります' },
  tooManyContainers: {
    en: 'it holds more than {max} CBOR arrays and maps',
    ja: 'CBORの配列とマップが{max}個を超えています',
  },
  tooManyValues: {
    en: 'it holds more values than the receiver accepts',
    ja: '値の数が受信側の上限を超えています',
  },
  tooManyItems: { en: 'it holds more than {max} CBOR items', ja: 'CBORの要素が{max}個を超えています' },
  receiptTooLong: { en: 'it is longer than {max} bytes', ja: '{max}バイトを超えています' },
  aBatch: { en: 'a batch', ja: 'バッチ' },
  aBatchBody: { en: 'a batch body', ja: 'バッチの本体' },
  aReceipt: { en: 'a receipt', ja: '受領確認' },
  aGap: { en: 'a gap', ja: '欠番通知' },
  aBirth: { en: 'a birth message', ja: '起動通知' },
  aStatus: { en: 'a status message', ja: '状態通知' },
  compareWithFeed: {
    en: 'Compare the sender with docs/feed.md',
    ja: '送信側の形式を docs/feed.md と照らし合わせてください',
  },

  notCbor: { en: 'it is not well-formed CBOR ({why})', ja: '正しいCBORではありません（{why}）' },
  notCborMap: { en: 'it is not a CBOR map', ja: 'CBORのマップではありません' },
  wrongVersion: {
    en: 'its version is {given}, not {expected}',
    ja: 'バージョンが{given}です（対応しているのは{expected}です）',
  },
  notVersion: { en: 'its version is not {expected}', ja: 'バージョンが{expected}ではありません' },
  noGateway: { en: 'it does not name a gateway', ja: 'ゲートウェイの名前がありません' },
  noEpoch: { en: 'it does not name an epoch', ja: 'エポックがありません' },
  badEpoch: { en: 'its epoch is not 8 bytes', ja: 'エポックが8バイトではありません' },
  badNumber: { en: 'its number is not a positive integer', ja: '番号が正の整数ではありません' },
  unknownLane: {
    en: 'its lane, encoding or compression is unknown',
    ja: 'レーン、符号化方式、圧縮方式のいずれかが不明です',
  },
  noCountOrBody: { en: 'its count or body is missing', ja: '件数または本体がありません' },
  badPart: {
    en: 'the batch that it is a part of is not named as it must be',
    ja: '分割元のバッチの指定が正しくありません',
  },
  noDevices: { en: 'it has no list of devices', ja: '機器の一覧がありません' },
  unknownState: { en: 'its state is unknown', ja: '状態の値が不明です' },
  badSealed: { en: 'its sealed is not a count', ja: 'sealed が件数ではありません' },
  unknownOutcome: { en: 'its outcome is unknown', ja: '結果の値が不明です' },
  badRefusals: { en: 'its refusals are not an array', ja: '拒否の一覧が配列ではありません' },
  badRefusal: { en: 'a refusal is not [index, reason]', ja: '拒否の項目が [位置, 理由] の形ではありません' },
  badLast: { en: 'its last number is not a number', ja: '最後の番号が数値ではありません' },
  badDigest: { en: 'its digest is not 8 bytes', ja: 'ダイジェストが8バイトではありません' },
  badGap: { en: 'its range, count or reason is missing', ja: '範囲、件数、理由のいずれかがありません' },

  columnsUnreadable: { en: 'the columns cannot be read: {why}', ja: '列形式のデータを読み取れません（{why}）' },
  senmlUnreadable: { en: 'the SenML pack cannot be read: {why}', ja: 'SenMLのデータを読み取れません（{why}）' },
  tooManyReadings: {
    en: 'it holds more readings than the receiver accepts',
    ja: '受信側の上限を超える数の測定値が含まれています',
  },
  wrongReadingCount: {
    en: 'it holds {given} {given:reading|readings}, not {expected}',
    ja: '測定値が{expected}件ではなく{given}件含まれています',
  },
  badSeries: {
    en: 'a series has no device or no known kind',
    ja: '系列に機器名がないか、種別が不明です',
  },
  noColumns: { en: 'a series has no map of columns', ja: '系列に列のマップがありません' },
  tooManyCells: {
    en: 'a series has more cells than the receiver accepts',
    ja: '系列のセルの数が受信側の上限を超えています',
  },
  badTime: { en: 'a time is out of range', ja: '時刻が範囲外です' },
  badBitmap: { en: 'a presence bitmap has the wrong length', ja: '有無を表すビットマップの長さが正しくありません' },
  badFloats: { en: 'a column of floats has the wrong length', ja: '浮動小数点数の列の長さが正しくありません' },
  badFlags: { en: 'a column of booleans has the wrong length', ja: '真偽値の列の長さが正しくありません' },
  expectedArray: { en: 'an array was expected', ja: '配列があるべき位置に別の値があります' },
  expectedBytes: { en: 'a byte string was expected', ja: 'バイト列があるべき位置に別の値があります' },
  expectedCount: { en: 'a count was expected', ja: '件数があるべき位置に別の値があります' },
  expectedText: { en: 'a text column points at no text', ja: '文字列の列が存在しない文字列を指しています' },
  badNumbersHead: { en: 'a column of numbers has a wrong head', ja: '数値の列の先頭が正しくありません' },
  numbersCutShort: { en: 'a column of numbers ends early', ja: '数値の列が途中で終わっています' },
  numbersTooLong: { en: 'a column of numbers is too long', ja: '数値の列が長すぎます' },
  unknownShape: { en: 'a column has an unknown shape', ja: '列の形式が不明です' },
  numberTooLong: { en: 'a number in a column is too long', ja: '列に長すぎる数値があります' },
  recordNotMap: { en: 'a record is not a map', ja: 'レコードがマップではありません' },
  notRecords: { en: 'it is not an array of records', ja: 'レコードの配列ではありません' },
  recordWithoutName: { en: 'a record has no base or no name', ja: 'レコードに基準または名前がありません' },
  recordWithoutValue: { en: '{name} has no value', ja: '{name} に値がありません' },
  badBaseTime: { en: 'a base time is not a number of seconds', ja: '基準時刻が秒数ではありません' },
  badBaseName: { en: 'a base name is not <device>/<kind>/', ja: '基準名が <機器>/<種別>/ の形ではありません' },

  cutShort: {
    en: 'the file ends early, after {bytes} {bytes:byte|bytes}',
    ja: 'ファイルが途中（{bytes}バイト）で終わっています',
  },
  copyRest: {
    en: 'Copy it again from where it was written; what was read so far is good',
    ja: '書き出した場所からもう一度コピーしてください。ここまでに読み取った分は有効です',
  },
  malformedFrom: {
    en: 'it cannot be read from byte {at} on ({why})',
    ja: '{at}バイト目以降を読み取れません（{why}）',
  },
  copyAgain: {
    en: 'It is damaged; copy it again from where it was written',
    ja: 'ファイルが破損しています。書き出した場所からもう一度コピーしてください',
  },
  itemTooLong: {
    en: 'an item is longer than {max} bytes',
    ja: '{max}バイトを超える項目があります',
  },
  itemTooDeep: {
    en: 'an item is nested deeper than {max} levels',
    ja: '項目の入れ子が{max}段を超えています',
  },
  strayBreak: { en: 'a break has nothing to end', ja: '対応する始まりのない終端があります' },
  noLength: { en: 'a length is missing', ja: '長さがありません' },
  badInitial: { en: 'no item begins with {byte}', ja: '{byte} で始まる項目はありません' },
  wrongMessageCount: {
    en: 'it holds {given} {given:message|messages}, not {expected}',
    ja: 'メッセージが{expected}件ではなく{given}件含まれています',
  },
  notAParcel: {
    en: 'this is not a file of machimori export or import, or its beginning is damaged',
    ja: 'machimori export / import のファイルではないか、先頭が破損しています',
  },
  checkPath: {
    en: 'Check the path, or copy the file again from where it was written',
    ja: 'パスを確認するか、書き出した場所からもう一度コピーしてください',
  },
});
