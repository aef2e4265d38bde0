import { sentences } from '../../../../shared/text.ts';

export const say = sentences('console-page.lorawan', {
  scan: { en: 'Scan its QR code', ja: 'QRコードを読み取る' },
  title: { en: 'QR code of a device', ja: '機器のQRコード' },
  lead: {
    en: 'The code on the label has the DevEUI. Keys are not in it; enter them from the label or the maker’s list.',
    ja: 'ラベルのQRコードからDevEUIを読み取ります。鍵は含まれないため、ラベルやメーカーの一覧を見て入力してください。',
  },
  useCamera: { en: 'Use the camera', ja: 'カメラを使う' },
  stopCamera: { en: 'Stop the camera', ja: 'カメラを止める' },
  usePhoto: { en: 'Take or choose a photo', ja: '写真を撮る、または選ぶ' },
  holdStill: {
    en: 'Hold the code into the picture, a hand’s breadth away.',
    ja: 'コードを画面に入れて、10cmほど離して止めてください。',
  },
  starting: { en: 'Starting the camera…', ja: 'カメラを起動しています…' },
  notSecure: {
    en: 'Browsers give the camera only to pages under TLS or on localhost. Take a photo instead; that works here.',
    ja: 'カメラはTLSまたはlocalhostのページでのみ使えます。ここでは写真を使ってください。',
  },
  noCamera: {
    en: 'The camera cannot be used ({why}). Allow it in the browser, or take a photo instead.',
    ja: 'カメラを使えません（{why}）。ブラウザーで許可するか、写真を使ってください。',
  },
  reading: { en: 'Reading the photo…', ja: '写真を読み取っています…' },
  noPicture: {
    en: 'The browser cannot open this file as a picture ({why}). Choose a JPEG or PNG.',
    ja: 'このファイルを画像として開けません（{why}）。JPEGかPNGを選んでください。',
  },
  noCode: {
    en: 'No QR code can be read in this photo. Take it closer, straight, and without glare.',
    ja: 'この写真からQRコードを読み取れません。近くから、正面で、反射を避けて撮ってください。',
  },
  noDevice: {
    en: 'This code has no DevEUI in it: {text}. Look for another code on the device or its box.',
    ja: 'このコードにDevEUIはありません: {text}。機器や箱にある別のコードを読み取ってください。',
  },
  several: {
    en: 'This code has several numbers that could be the DevEUI: {text}. Enter the one that the label calls DevEUI.',
    ja: 'このコードにはDevEUIの候補が複数あります: {text}。ラベルにDevEUIと書かれたものを入力してください。',
  },
  otherSchema: {
    en: 'This code is of a later form than this release knows: {text}. Enter the DevEUI by hand.',
    ja: 'このコードは、このリリースより新しい形式です: {text}。DevEUIを手で入力してください。',
  },
  malformed: {
    en: 'This code begins as a LoRaWAN code and is not one (TR005): {text}. Enter the DevEUI by hand.',
    ja: 'LoRaWANのコードとして始まりますが、形式（TR005）に合いません: {text}。DevEUIを手で入力してください。',
  },
  badChecksum: {
    en: 'The checksum of this code is wrong: {text}. Scan it again; if it stays so, it is misprinted.',
    ja: 'このコードのチェックサムが合いません: {text}。もう一度読み取ってください。同じなら印刷の誤りです。',
  },
  noEui: {
    en: 'The DevEUI in this code is blank (zeros or ones): {text}. Enter the one on the label.',
    ja: 'このコードのDevEUIは未設定の値です: {text}。ラベルのDevEUIを入力してください。',
  },
  found: { en: 'Read: DevEUI {devEui}. It is filled in below.', ja: 'DevEUI {devEui} を読み取り、下に入力しました。' },
  alreadyHere: {
    en: 'The device {devEui} is registered already, as {id}.',
    ja: '機器 {devEui} は、すでに {id} として登録されています。',
  },
  maker: { en: 'Maker (number at the LoRa Alliance)', ja: 'メーカー（LoRa Allianceの番号）' },
  model: { en: 'The maker’s number of the model', ja: 'メーカーの機種番号' },
  serial: { en: 'Serial number', ja: '製造番号' },
  ownerToken: { en: 'Owner token', ja: '所有者トークン' },
  proprietary: { en: 'The maker’s own', ja: 'メーカー独自の情報' },
  others: { en: 'Also in the code', ja: 'その他の内容' },
  hasKey: {
    en: 'The code also has what looks like a key. It is not shown; enter it from the label.',
    ja: 'コードには鍵と思われる値もありますが、表示しません。ラベルを見て入力してください。',
  },
});
