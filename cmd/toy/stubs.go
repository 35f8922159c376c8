package main

func replCmd([]string) int { return usage("no REPL yet") }
