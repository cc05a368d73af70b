/** The build gathers styles into one file. */
declare module '*.css';
