export { LabelScreen } from './label-screen.tsx';
export { NewStudyScreen } from './new-study-screen.tsx';
export { StudiesScreen } from './studies-screen.tsx';
export { StudyScreen } from './study-screen.tsx';
