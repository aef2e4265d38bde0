import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.lorawan', {
  shareOfUplinks: { en: 'Share of uplinks', ja: 'アップリンクに対する割合' },
  replay: {
    en: 'An earlier frame is sent again, as if someone had recorded it',
    ja: '過去のフレームが、録音されたかのように再送される',
  },
  badMic: {
    en: "A frame comes with the device's address and a wrong MIC",
    ja: '機器のアドレスを持ち、MICが不正なフレームが届く',
  },
  needlessRepeat: {
    en: 'An uplink is repeated although it was acknowledged',
    ja: '確認応答済みのアップリンクが再送される',
  },
  losePower: {
    en: 'The battery is changed: OTAA joins again, ABP counts from 0',
    ja: '電池が交換され、OTAAは再参加し、ABPはカウンタが0に戻る',
  },
  cutOff: { en: 'A gateway neither hears nor is heard', ja: 'ゲートウェイが受信も送信もできない' },
  whichGateway: { en: 'Which one, counted from 1; 0: all', ja: '対象の番号（1から数える。0はすべて）' },
  noTxAck: {
    en: 'It does not acknowledge downlinks (no TX_ACK)',
    ja: 'ダウンリンクに応答しない（TX_ACKなし）',
  },
  unpadded: { en: 'Its base64 lacks the trailing "="', ja: 'base64の末尾の「=」が付かない' },
  noise: {
    en: 'Noise is forwarded before a frame, with a wrong CRC or none',
    ja: 'フレームの前に、CRCが不正またはない雑音が転送される',
  },
  loss: { en: 'UDP loses datagrams, either way', ja: '双方向でUDPデータグラムが失われる' },
  duplicate: { en: 'UDP duplicates datagrams', ja: 'UDPデータグラムが重複する' },
  shareOfDatagrams: { en: 'Share of datagrams', ja: 'データグラムに対する割合' },
  shareOfFrames: { en: 'Share of frames', ja: 'フレームに対する割合' },
  counterReset: {
    en: 'Its microsecond counter starts from 0, as after a new start',
    ja: '再起動後のように、マイクロ秒カウンタが0から始まる',
  },
  away: { en: 'It has no connection to its server', ja: 'サーバーに接続していない' },
  noDntxed: {
    en: 'It transmits downlinks and does not report them (no dntxed)',
    ja: 'ダウンリンクを送信しても報告しない（dntxedなし）',
  },
  frameLoss: { en: 'It does not forward frames that it heard', ja: '受信したフレームを転送しない' },
});
