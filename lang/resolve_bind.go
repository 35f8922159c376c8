package lang

// This file decides which comprehensions are inlined, and finds out where each name lives.

// inlineComps decides for all comprehensions below s. It returns the names that s, or functions below it, use without
// binding them, and those among them that functions below it use.
func (s *symbols) inlineComps() (open, captured map[string]bool) {
	open, captured = map[string]bool{}, map[string]bool{}
	for _, c := range s.children {
		childOpen, childCaptured := c.inlineComps()
		for name := range childOpen {
			open[name] = true
		}
		if !c.Inline {
			childCaptured = childOpen
		}
		for name := range childCaptured {
			captured[name] = true
		}
	}
	s.Inline = s.comp != "" && s.comp != "gen" && s.parent.Kind != ClassScope && s.bindsNoneOf(captured)
	if s.Inline {
		s.Params, s.order = nil, s.order[1:] // without .0, the iterator that a function would be given
	}
	for name, f := range s.flags {
		bound := f&symBound != 0 && f&symNonlocal == 0
		switch {
		case f&symGlobal != 0 || bound && s.Kind != ClassScope:
			delete(open, name)
			delete(captured, name)
		case bound:
		default:
			open[name] = true
		}
	}
	return open, captured
}

func (s *symbols) bindsNoneOf(names map[string]bool) bool {
	for name := range names {
		if s.flags[name]&symBound != 0 {
			return false
		}
	}
	return true
}

// frame is the innermost scope from s on that has a frame of its own.
func (s *symbols) frame() *symbols {
	for s.Inline {
		s = s.parent
	}
	return s
}

// around gives the binding of a name that an inlined comprehension takes from around it.
func (s *symbols) around(name string) Binding {
	for s = s.parent; s.Inline; s = s.parent {
		if s.flags[name]&symBound != 0 {
			return BindLocal
		}
	}
	return s.Names[name]
}

// bind finds the bindings of all names of s and the scopes below it.
func (s *symbols) bind() {
	s.free, s.cells = map[string]bool{}, map[string]bool{}
	if s.Names == nil {
		s.Names = map[string]Binding{}
	}
	s.adopt()
	for _, name := range s.order {
		f := s.flags[name]
		if f&symNonlocal != 0 && !s.Inline {
			s.checkNonlocal(name, f)
		}
		s.Names[name] = s.binding(name, f)
	}
	for _, c := range s.children {
		c.bind()
	}
}

// adopt makes the names that the inlined comprehensions of s take from around them names of s.
func (s *symbols) adopt() {
	for _, c := range s.children {
		if !c.Inline {
			continue
		}
		c.adopt()
		for _, name := range c.order {
			if c.flags[name]&symBound == 0 {
				s.mark(name, symUse)
			}
		}
	}
}

func (s *symbols) checkNonlocal(name string, f symFlag) {
	fail := func(msg string) { panic(&parseError{kind: "SyntaxError", msg: msg, at: s.declared[name]}) }
	switch {
	case s.comp != "": // a walrus's target
	case f&symGlobal != 0:
		fail("name '" + name + "' is nonlocal and global")
	case s.Kind == ModuleScope:
		fail("nonlocal declaration not allowed at module level")
	case !s.enclosed(name, false):
		fail("no binding for nonlocal '" + name + "' found")
	}
}

func (s *symbols) binding(name string, f symFlag) Binding {
	switch {
	case s.Inline:
		if f&symBound != 0 {
			return BindLocal
		}
		return s.around(name)
	case f&symGlobal != 0:
		return BindGlobal
	case s.Kind == ModuleScope:
		return BindName
	case f&symBound != 0 && f&symNonlocal == 0:
		if s.Kind == ClassScope {
			return BindName
		}
		return BindLocal
	case s.enclosed(name, true):
		return BindFree
	case s.Kind == ClassScope:
		return BindName
	}
	return BindGlobal
}

// enclosed says whether an enclosing function binds the name; with capture, it makes it a cell there and a free
// variable of everything in between.
func (s *symbols) enclosed(name string, capture bool) bool {
	owner := s.parent.frame()
	for ; ; owner = owner.parent.frame() {
		if owner.Kind == ModuleScope {
			return false
		}
		if owner.Kind == ClassScope {
			if name == "__class__" {
				break
			}
			continue
		}
		f := owner.flags[name]
		if f&symGlobal != 0 {
			return false
		}
		if f&symBound != 0 && f&symNonlocal == 0 {
			break
		}
	}
	if !capture {
		return true
	}
	if owner.Kind == ClassScope {
		owner.NeedsClassCell = true
	} else {
		owner.cells[name] = true
	}
	for between := s; between != owner; between = between.parent.frame() {
		between.free[name] = true
		if _, ok := between.Names[name]; !ok && between.Kind != ClassScope {
			between.Names[name] = BindFree
		}
	}
	return true
}

// finish makes the lists of s and the scopes below it.
func (s *symbols) finish() {
	s.Free = sorted(s.free)
	s.Cells = sorted(s.cells)
	for name := range s.cells {
		s.Names[name] = BindCell
	}
	if s.NeedsClassCell {
		s.Locals, s.Cells = []string{"__class__"}, []string{"__class__"}
	}
	if s.inFunction() {
		s.Locals = append(s.Locals, s.Params...)
		isParam := map[string]bool{}
		for _, name := range s.Params {
			isParam[name] = true
		}
		for _, name := range s.order {
			if b := s.Names[name]; !isParam[name] && (b == BindCell || b == BindLocal && (!s.Inline || s.flags[name]&symBound != 0)) {
				s.Locals = append(s.Locals, name)
			}
		}
	}
	for _, c := range s.children {
		c.finish()
	}
	if s.Inline {
		for _, name := range s.order {
			if s.flags[name]&symBound == 0 {
				s.Names[name] = s.around(name)
			}
		}
	}
}
