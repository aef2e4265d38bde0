import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.wires', {
  noise: { en: 'Random bytes come before a frame', ja: 'フレームの前に不規則なバイトが入る' },
  truncate: { en: 'Part of a frame is lost', ja: 'フレームの一部が失われる' },
  corrupt: { en: 'One bit of a frame is flipped', ja: 'フレームの1ビットが反転する' },
  share: { en: 'Share of frames', ja: 'フレームに対する割合' },
  silence: { en: 'The device says nothing', ja: '機器が何も送らない' },
  unplug: {
    en: 'The plug is out; clearing the fault puts it back',
    ja: 'コネクタが抜けている（障害を解除すると元に戻る）',
  },
  delay: { en: 'Frames come late', ja: 'フレームが遅れて届く' },
  late: { en: 'How late', ja: '遅れ' },
  repeat: { en: 'A frame comes twice', ja: 'フレームが2回届く' },
  stall: { en: 'Half a frame comes, and the rest later', ja: 'フレームの前半だけが届き、残りが後から届く' },
  pause: { en: 'Pause within the frame', ja: 'フレーム内の中断時間' },
  flood: { en: 'Random bytes without end', ja: '不規則なバイトが絶え間なく届く' },
  perSecond: { en: 'Bytes a second', ja: '1秒あたりのバイト数' },
  wrongSpeed: {
    en: 'The device sends at another baud rate than the line is read at',
    ja: '機器の通信速度が受信側の設定と異なる',
  },
  hangUp: { en: 'The connection is lost, and it dials again', ja: '接続が切れ、再び接続する' },
  addressChange: {
    en: 'The mobile network gives it another address: it dials in from there, and its former connection stays behind',
    ja: '携帯回線のアドレスが変わり、そこから接続し直す。以前の接続は残ったままになる',
  },
  wrongRegistration: { en: 'It says another registration', ja: '別の登録文字列を送る' },
  noRegistration: { en: 'It says no registration', ja: '登録文字列を送らない' },
  noHeartbeat: { en: 'It sends no heartbeat', ja: 'ハートビートを送らない' },
  noSerial: { en: 'the serial port cannot be opened ({why})', ja: 'シリアルポートを開けません（{why}）' },
  otherSerial: {
    en: 'Plug the adapter in, name its link in /dev/serial/by-id, and join the group dialout',
    ja: 'アダプターを接続し、/dev/serial/by-id のリンクを指定し、グループ dialout に加わってください',
  },
  ratio: { en: 'The reading rate divided by the sending rate', ja: '受信側の速度÷送信側の速度' },
});
