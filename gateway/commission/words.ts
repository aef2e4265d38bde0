import { sentences } from '../../shared/text.ts';

export const say = sentences('commission', {
  badLine: {
    en: 'this is neither the path of a serial port nor tcp://host:port',
    ja: 'シリアルポートのパスでも tcp://ホスト:ポート でもありません',
  },
  lineLooksLike: {
    en: 'Write it like /dev/ttyUSB0 or tcp://10.0.0.5:4001.',
    ja: '/dev/ttyUSB0 や tcp://10.0.0.5:4001 のように指定してください。',
  },
  noLine: {
    en: 'the box has no serial port of this name that the gateway may use',
    ja: 'この名前で使えるシリアルポートは、ボックスにありません',
  },
  lookForLine: {
    en: 'Plug in the adapter and look at the list of lines again. Only serial ports are opened, no other files.',
    ja: 'アダプターを接続し、回線の一覧をもう一度確認してください。開けるのはシリアルポートだけで、ほかのファイルは開きません。',
  },
  probeRuns: { en: 'another line is being listened to', ja: '別の回線を調べています' },
  waitFor: {
    en: 'It is over in {seconds} s at most. Then begin again.',
    ja: '最長{seconds}秒で終わります。終わってからもう一度始めてください。',
  },
  noProbe: {
    en: 'nobody listens to this line any more',
    ja: 'この回線の調査はすでに終わっています',
  },
  theProbe: { en: 'the line', ja: '回線' },
  beginAgain: { en: 'Begin to listen again.', ja: 'もう一度調べ始めてください。' },
  isProbed: {
    en: 'somebody is finding out what is on the line; the port is opened again afterwards',
    ja: '回線につながっている機器を調べています。終わるとポートは元どおり開きます',
  },

  testRuns: { en: 'a test of this device is already on its way', ja: 'この機器のテストはすでに送信中です' },
  tooManyTests: {
    en: '{max} tests are on their way, which is as many as there may be',
    ja: '送信中のテストが上限の{max}件に達しています',
  },
  waitForTest: { en: 'Wait for up to a minute and try again.', ja: '1分ほど待ってから、もう一度お試しください。' },
  noReceipt: {
    en: 'No receipt came within {seconds} s. The test reading is kept on the box and goes on being sent.',
    ja: '{seconds}秒以内に受領確認が届きませんでした。テストの測定値はボックスに残り、送信は続きます。',
  },
  noBrokersWord: {
    en: 'The broker did not acknowledge the test reading. It is kept on the box and goes on being sent.',
    ja: 'ブローカーから確認応答がありませんでした。テストの測定値はボックスに残り、送信は続きます。',
  },
  lookAtReceiver: {
    en: 'The connection is there, so ask those who run the receiver whether it stores the batch and answers with a receipt. Then send another test.',
    ja: '接続はできています。受信側でバッチが保存され、受領確認が返されているかを運用担当者に確認し、もう一度テストを送ってください。',
  },
  lookAtLink: {
    en: 'There is no connection. Check antenna, SIM, cable and address of the destination, then send another test.',
    ja: '接続できていません。アンテナ、SIM、ケーブル、送信先のアドレスを確認してから、もう一度テストを送ってください。',
  },

  recordTooLong: {
    en: 'the record of this device would be longer than {max} bytes',
    ja: 'この機器の記録が{max}バイトを超えます',
  },
  shortenNotes: { en: 'Shorten notes and wiring.', ja: '備考と配線を短くしてください。' },
});
