export { ClipScreen } from './clip-screen.tsx';
export { CompareScreen } from './compare-screen.tsx';
