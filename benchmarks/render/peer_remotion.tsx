/* The shot in Remotion: one SVG in React whose attributes follow the current frame, as the manual teaches. */
import React, {useEffect, useState} from 'react';
import {Composition, continueRender, delayRender, registerRoot, staticFile, useCurrentFrame} from 'remotion';
import scene from './scene.json';

type Point = [number, number];

const clock = (seconds: number) =>
  scene.variant === 'moving' ? seconds : Math.floor(seconds / 2) + Math.min(seconds % 2, 1);

const eased = (share: number) => 1 - (1 - Math.min(Math.max(share, 0), 1)) ** 3;

const curve = (u: number): Point => {
  const [left, top, right, bottom] = scene.plot;
  const height = 0.1 + 1.9 * (u - 0.62) ** 2 + 0.05 * Math.sin(11 * u);
  return [left + (right - left) * u, bottom - (bottom - top) * height];
};

const pointsOf = (points: Point[]) => points.map((point) => point.join(',')).join(' ');

const pathPoints = (share: number): Point[] => {
  const stops = scene.path.map((i) => scene.nodes[i] as Point);
  const lengths = stops.slice(1).map((b, i) => Math.hypot(b[0] - stops[i][0], b[1] - stops[i][1]));
  let left = share * lengths.reduce((a, b) => a + b, 0);
  const drawn = [stops[0]];
  for (const [i, length] of lengths.entries()) {
    const [[x0, y0], [x1, y1]] = [stops[i], stops[i + 1]];
    if (left < length - 1e-9) {
      const part = left / length;
      return [...drawn, [x0 + part * (x1 - x0), y0 + part * (y1 - y0)]];
    }
    drawn.push([x1, y1]);
    left -= length;
  }
  return drawn;
};

const Text: React.FC<{of: (string | number)[]; family?: string; fill?: string}> = ({
  of: [words, x, y, size],
  family = 'Regular',
  fill = scene.ink,
}) => (
  <text x={x} y={y} fontSize={size} fontFamily={family} fill={fill} xmlSpace="preserve">
    {words}
  </text>
);

const Still: React.FC = React.memo(() => {
  const [left, top, right, bottom] = scene.plot;
  const [x0, y0, x1, y1] = scene.caption_bar;
  const points = Array.from({length: scene.curve_points + 1}, (_, i) => curve(i / scene.curve_points));
  return (
    <>
      <Text of={scene.title} family="Bold" />
      <Text of={scene.formula} family="Maths" />
      <polyline points={pointsOf([[left, top], [left, bottom], [right, bottom]])} stroke={scene.soft} strokeWidth={3} />
      <polyline points={pointsOf(points)} stroke={scene.blue} strokeWidth={5} />
      {scene.edges.map(([a, b]) => (
        <polyline key={`${a}-${b}`} points={pointsOf([scene.nodes[a] as Point, scene.nodes[b] as Point])}
          stroke={scene.faint} strokeWidth={4} />
      ))}
      {scene.nodes.map(([x, y], i) => <circle key={i} cx={x} cy={y} r={scene.node_radius} fill={scene.faint} />)}
      <rect x={x0} y={y0} width={x1 - x0} height={y1 - y0} rx={16} fill={scene.faint} />
    </>
  );
});

const Bullets: React.FC<{now: number}> = ({now}) => (
  <>
    {scene.bullets.map(([words, x, y, size], i) => {
      const share = eased((now - scene.bullet_start_s - scene.bullet_every_s * i) / scene.bullet_takes_s);
      return (
        <g key={i} opacity={share} transform={`translate(${-scene.bullet_slide * (1 - share)} 0)`}>
          <circle cx={Number(x) + 8} cy={Number(y) - 16} r={8} fill={scene.amber} />
          <Text of={[words, Number(x) + 34, y, size]} />
        </g>
      );
    })}
  </>
);

const Dot: React.FC<{now: number}> = ({now}) => {
  const u = 0.05 + (0.88 * Math.max(now - scene.bullet_start_s, 0)) / (scene.seconds - scene.bullet_start_s);
  const [x, y] = curve(u);
  const [[x0, y0], [x1, y1]] = [curve(u - 0.001), curve(u + 0.001)];
  const length = Math.hypot(x1 - x0, y1 - y0);
  const way = y1 > y0 ? 1 : -1;
  const [dx, dy] = [(way * (x1 - x0)) / length, (way * (y1 - y0)) / length];
  const along = (distance: number, aside = 0): Point => [x + distance * dx - aside * dy, y + distance * dy + aside * dx];
  const neck = scene.arrow_length - scene.arrow_head;
  return (
    <>
      <polyline points={pointsOf([[x, y], along(neck)])} stroke={scene.amber} strokeWidth={6} />
      <polygon fill={scene.amber}
        points={pointsOf([along(scene.arrow_length), along(neck, scene.arrow_head / 2), along(neck, -scene.arrow_head / 2)])} />
      <circle cx={x} cy={y} r={scene.dot_radius} fill={scene.amber} />
    </>
  );
};

const Path: React.FC<{now: number}> = ({now}) => {
  const share = Math.min(Math.max((now - scene.path_start_s) / scene.path_takes_s, 0), 1);
  const points = pathPoints(share);
  const reached = scene.path.filter((i) =>
    points.some(([x, y]) => x === scene.nodes[i][0] && y === scene.nodes[i][1]));
  return (
    <>
      <polyline points={pointsOf(points)} stroke={scene.amber} strokeWidth={8} />
      {reached.map((i) => (
        <circle key={i} cx={scene.nodes[i][0]} cy={scene.nodes[i][1]} r={scene.node_radius} fill={scene.amber} />
      ))}
    </>
  );
};

const Caption: React.FC<{seconds: number}> = ({seconds}) => {
  const line = scene.captions.find((words) => seconds < words[words.length - 1].end - 1e-6);
  return (
    <>
      {line?.map((word) => {
        const lit = word.start <= seconds + 1e-6 && seconds + 1e-6 < word.end;
        const place = [word.text, word.x, scene.caption_baseline, scene.caption_size];
        return <Text key={word.start} of={place} fill={lit ? scene.amber : scene.ink} />;
      })}
    </>
  );
};

const Shot: React.FC = () => {
  const seconds = useCurrentFrame() / scene.fps;
  const now = clock(seconds);
  const [handle] = useState(() => delayRender('fonts'));
  useEffect(() => {
    const faces = [['Regular', scene.regular], ['Bold', scene.bold], ['Maths', scene.maths]].map(
      ([name, file]) => new FontFace(name, `url(${staticFile(file)})`));
    Promise.all(faces.map((face) => face.load())).then((loaded) => {
      loaded.forEach((face) => document.fonts.add(face));
      continueRender(handle);
    });
  }, [handle]);
  return (
    <svg width={scene.width} height={scene.height} fill="none" style={{background: scene.ground}}>
      <Still />
      <Bullets now={now} />
      <Dot now={now} />
      <Path now={now} />
      <Caption seconds={seconds} />
    </svg>
  );
};

registerRoot(() => (
  <Composition id="Shot" component={Shot} width={scene.width} height={scene.height} fps={scene.fps}
    durationInFrames={scene.seconds * scene.fps} />
));
