// The operators' bell: rings every few seconds while somebody is in danger and nobody has taken over.
// Browsers allow sound only after a touch of the page; the first one anywhere wakes it.
window.linliBell = (() => {
  let sound = null, timer = null;
  const title = document.title;
  const wake = () => { sound ??= new (window.AudioContext || window.webkitAudioContext)(); sound.resume(); };
  addEventListener("pointerdown", wake);
  addEventListener("keydown", wake);
  const tone = (pitch, start) => {
    const source = sound.createOscillator(), volume = sound.createGain(), at = sound.currentTime + start;
    source.frequency.value = pitch;
    volume.gain.setValueAtTime(0.25, at);
    volume.gain.exponentialRampToValueAtTime(0.001, at + 0.3);
    source.connect(volume).connect(sound.destination);
    source.start(at);
    source.stop(at + 0.3);
  };
  const chime = (...pitches) => { if (sound && sound.state === "running") pitches.forEach((pitch, i) => tone(pitch, i * 0.32)); };
  const alarm = () => { chime(880, 660, 880); document.title = document.title === title ? "【紧急】" + title : title; };
  return {
    try: () => { wake(); setTimeout(() => chime(660, 880), 80); },
    once: () => chime(660),
    ring: (on) => {
      if (on === (timer !== null)) return;
      clearInterval(timer);
      timer = on ? setInterval(alarm, 3000) : null;
      if (on) alarm(); else document.title = title;
    },
  };
})();
