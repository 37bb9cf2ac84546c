// What every page has: menus, tabs, the theme, and buttons that copy.

import "./frame.css";

import Collapse from "bootstrap/js/dist/collapse";
import Dropdown from "bootstrap/js/dist/dropdown";
import Tab from "bootstrap/js/dist/tab";

import { countBasket } from "../frame/basket.js";
import { enableCopying } from "../frame/copy.js";
import { enableThemeChoice } from "../frame/theme.js";

// Bootstrap's parts begin to listen when they are loaded; naming them keeps them in.
export { Collapse, Dropdown, Tab };

enableThemeChoice();
enableCopying();
countBasket();
