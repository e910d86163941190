# Prints what zsh offers for the line $1, by the completion script $2: types the line and a tab in a terminal of its own.
zmodload zsh/zpty
out=$(mktemp)
zpty -b shell "OUT=$out PATH=$PATH zsh -f -i"
zpty -w shell "unsetopt zle_bracketed_paste 2> /dev/null; autoload -Uz compinit; compinit -u -D; source $2
compadd() {
    if [[ \${@[1,(i)(-|--)]} == *-(O|A|D)\ * ]]; then builtin compadd \"\$@\"; return \$?; fi
    local -a hits; builtin compadd -A hits \"\$@\"
    [[ \$#hits -eq 0 ]] || print -rl -- \$hits >> \$OUT
    builtin compadd \"\$@\"
}
offer() { zle complete-word; print done >> \$OUT.done }
zle -N offer; bindkey '^I' offer"
zpty -w -n shell "$1"$'\t'
until [[ -e $out.done ]]; do
    zpty -r -t shell > /dev/null
    sleep 0.05
done
sort -u $out
zpty -d shell
rm -f $out $out.done
